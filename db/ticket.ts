import { randomBytes } from 'node:crypto';

const pattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/;

/**
 * What a caller carries and shows again: an API key, a session cookie, the `state` of a login. It names its firm,
 * since no row can be looked up without one, and 256 random bits; the database keeps only its SHA-256.
 */
export const newTicket = (firmId: string): string => `${firmId}.${randomBytes(32).toString('base64url')}`;

/** The firm that a ticket names, or undefined when the text is no ticket. The name proves nothing: the hash does. */
export const firmOfTicket = (ticket: string): string | undefined => pattern.exec(ticket)?.[1];
