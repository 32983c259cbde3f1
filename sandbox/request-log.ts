/** One request, as `GET /sandbox/requests` shows it. Calls to the control surface are not logged. */
export interface LoggedRequest {
  number: number;
  /** When it came in, real time. */
  timeMs: number;
  client: string | null;
  tenant: number | null;
  method: string;
  path: string;
  query: string;
  /** What was sent; 0 when the connection was cut before a status. */
  status: number;
  /** The fault that was played, if any. */
  fault: string | null;
  /** What the request changed in Fortnox for good, or null. */
  committed: unknown;
  requestId: string;
}
