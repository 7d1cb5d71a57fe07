/**
 * A password, token or application credential's secret that cannot be printed by accident.
 *
 * @module
 */

const MASK = "‹secret›";

/**
 * Holds a secret. Printing, logging, inspecting or serialising it shows a mask. Only {@linkcode Secret.reveal} returns
 * it.
 *
 * @example
 * ```ts
 * import { dbaas, type Secret } from "@muster/muster";
 *
 * const report = await dbaas("sim").instance("dev-scratch").enableRoot({ password: "correct horse" });
 * const [{ password }] = report.members[0]!.output as [{ password: Secret }];
 * console.log(String(password), JSON.stringify({ password: password.toJSON() })); // a mask each time
 * console.log(password.equals("correct horse"), password.reveal());
 * ```
 */
export class Secret {
  readonly #value: string;

  /**
   * Makes a secret.
   *
   * @param value The secret itself.
   */
  constructor(value: string) {
    this.#value = value;
  }

  /** Returns the secret itself. Send it, but do not store it. */
  reveal(): string {
    return this.#value;
  }

  /**
   * Whether both hold the same secret.
   *
   * @param other Another secret, or its text.
   */
  equals(other: Secret | string): boolean {
    return this.#value === (typeof other === "string" ? other : other.#value);
  }

  /** A mask, for people and logs. */
  toString(): string {
    return MASK;
  }

  /** A mask, for JSON. */
  toJSON(): string {
    return MASK;
  }

  /** How `console.log` and notebooks show it. */
  [Symbol.for("Deno.customInspect")](): string {
    return MASK;
  }

  /** How Node shows it. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }
}

/** Wraps a string as a secret; a secret stays as it is. */
export function secret(value: string | Secret): Secret {
  return typeof value === "string" ? new Secret(value) : value;
}
