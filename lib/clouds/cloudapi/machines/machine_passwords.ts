/**
 * Passwords that are not printed.
 *
 * @module
 */

/**
 * The passwords of a machine's users. Printing, inspecting and `JSON.stringify` show only the users.
 *
 * @example
 * ```ts
 * import { type Credentials, dc } from "@muster/muster";
 *
 * const credentials: Credentials = await dc("sim").machine("web-00").credentials();
 * console.log(credentials.users, credentials.password("root") ?? "none was made");
 * console.log(String(credentials), JSON.stringify(credentials.toJSON())); // users only
 * ```
 */
export class Credentials {
  readonly #passwords: ReadonlyMap<string, string>;

  /**
   * Makes credentials.
   *
   * @param passwords Passwords by user.
   */
  constructor(passwords: Readonly<Record<string, string>>) {
    this.#passwords = new Map(Object.entries(passwords));
    Object.freeze(this);
  }

  /** The users that have a password, such as `root` and `admin`. */
  get users(): string[] {
    return [...this.#passwords.keys()];
  }
  /**
   * A user's password; undefined if there is none.
   *
   * @param user Such as `root`.
   */
  password(user: string): string | undefined {
    return this.#passwords.get(user);
  }

  /** The users, for JSON. */
  toJSON(): { users: string[] } {
    return { users: this.users };
  }
  /** The users, for people; never a password. */
  toString(): string {
    return `passwords of ${this.users.join(", ") || "nobody"}`;
  }
  /** How `console.log` and notebooks show it. */
  [Symbol.for("Deno.customInspect")](): string {
    return String(this);
  }
}
