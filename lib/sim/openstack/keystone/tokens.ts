/**
 * Tokens: issued, looked up, expired and revoked.
 *
 * @module
 */
import type { Random } from "../../random.ts";
import type { ApplicationCredential, Named, Project, User } from "./identity.ts";

/** The scope of a token. */
export type Scope =
  | { kind: "project"; project: Project }
  | { kind: "domain"; domain: Named }
  | { kind: "system" }
  | { kind: "unscoped" };

export interface Token {
  value: string;
  user: User;
  scope: Scope;
  roles: Named[];
  methods: string[];
  /** The token's own audit id, then that of the token from which it was made. */
  auditIds: string[];
  issued: number;
  expires: number;
  revoked: boolean;
  credential: ApplicationCredential | undefined;
}

/** Every token ever issued. */
export class TokenStore {
  readonly #byValue = new Map<string, Token>();
  readonly #random: Random;
  readonly #ttl: number;

  constructor(random: Random, ttl: number) {
    this.#random = random;
    this.#ttl = ttl;
  }

  /** @param parent The token from which this one is made. It inherits the expiry, so that no session gets longer. */
  issue(
    now: number,
    facts: Pick<Token, "user" | "scope" | "roles" | "methods" | "credential">,
    parent?: Token,
  ): Token {
    const token: Token = {
      ...facts,
      // As long as a Fernet token and, like it, not usable in a URL path.
      value: `gAAAAAB${btoa(this.#random.hex(132)).replaceAll("=", "")}`,
      auditIds: [this.#auditId(), ...(parent?.auditIds.slice(-1) ?? [])],
      issued: now,
      expires: parent?.expires ?? now + this.#ttl,
      revoked: false,
    };
    this.#byValue.set(token.value, token);
    return token;
  }

  /** A valid token; undefined if it is unknown, expired or revoked, which looks the same. */
  valid(value: string | null, now: number): Token | undefined {
    const token = value === null ? undefined : this.#byValue.get(value);
    return token !== undefined && !token.revoked && now < token.expires ? token : undefined;
  }

  /** Ends every token, or those of the user with that name. Returns how many. */
  endAll(now: number, how: "revoke" | "expire", user?: string): number {
    let count = 0;
    for (const token of this.#byValue.values()) {
      if (token.revoked || token.expires <= now || (user !== undefined && token.user.name !== user)) continue;
      if (how === "revoke") token.revoked = true;
      else token.expires = now;
      count++;
    }
    return count;
  }

  #auditId(): string {
    return btoa(this.#random.hex(16)).replaceAll("=", "");
  }
}
