import { inspect } from 'node:util';

const hidden = '[hemlig]';

/**
 * A token or key that cannot be printed by mistake: JSON, template strings, `console.log` and loggers at any depth
 * show a placeholder. Only `reveal()` gives the text, so that a search for it finds every place that uses one.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toJSON(): string {
    return hidden;
  }

  toString(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
