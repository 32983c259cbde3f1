import { apiJson, type HttpReply } from './http.ts';

/**
 * An error of the REST API. Fortnox has two envelopes: lower-case names for validation (400), upper-case names for what
 * is not found and what is not permitted.
 */
export class FortnoxError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  reply(codesAsStrings: boolean): HttpReply {
    const code = codesAsStrings ? String(this.code) : this.code;
    const information =
      this.status === 400
        ? { error: 1, message: this.message, code }
        : { Error: 1, Message: this.message, Code: code };
    return apiJson(this.status, { ErrorInformation: information });
  }
}

export const unauthorized = (): HttpReply => apiJson(401, { message: 'unauthorized' });

export const invalidFilter = () => new FortnoxError(400, 2000587, 'Ett ogiltigt filter har använts.');
export const invalidParameter = () => new FortnoxError(400, 2000588, 'Ogiltig parameter i anropet.');
export const wrongType = (field: string) => new FortnoxError(400, 2001392, `Fel datatyp i fältet ${field}.`);
export const wrongField = (field: string) => new FortnoxError(400, 2001399, `Felaktigt fältnamn: ${field}.`);
export const brokenJson = () => new FortnoxError(400, 2002115, 'Felaktig JSON-syntax.');
export const forbiddenCharacters = () =>
  new FortnoxError(400, 2000359, 'Värdet innehåller ej tillåtna tecken.');
export const textTooLong = (field: string) => new FortnoxError(400, 2000107, `${field} är för lång.`);
export const scopeMissing = (status: number) =>
  new FortnoxError(status, 2000663, 'Har inte behörighet för scope');
export const licenceMissing = () =>
  new FortnoxError(403, 2001101, 'Det finns ingen aktiv licens för önskat scope');
export const registerRefused = (register: string) =>
  new FortnoxError(403, 2003275, `Saknar behörighet för ${register}.`);
