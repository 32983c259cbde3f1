/** A plain value while it is being made. */
export type Writable<T> = { -readonly [key in keyof T]: T[key] };
