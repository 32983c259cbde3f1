export { loginExpiry } from './login-expiry.ts';
export { watchBooks } from './watch-books.ts';
export { yearEndClose } from './year-end-close.ts';
