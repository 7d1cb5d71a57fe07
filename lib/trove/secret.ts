/**
 * A password, token or application credential's secret that shows itself to nobody by accident.
 *
 * @module
 */

const MASK = "‹secret›";

/**
 * Holds a secret so that printing, logging, inspecting or serialising whatever contains it shows a mask. Only
 * {@linkcode Secret.reveal} gives it away.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself, to be sent and not to be kept. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both hold the same secret. */
  equals(other: Secret | string): boolean {
    return this.#value === (typeof other === "string" ? other : other.#value);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return MASK;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}

/** The secret in a string, or the one that already is one. */
export function secret(value: string | Secret): Secret {
  return typeof value === "string" ? new Secret(value) : value;
}
