/**
 * Tokens: issued, looked up, expired and revoked.
 *
 * @module
 */
import type { Random } from "../../random.ts";
import type { ApplicationCredential, Named, Project, User } from "./identity.ts";

/** What a token is good for. */
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
  /** The token's own audit id first, that of the token it was got from after it. */
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

  /** @param parent The token this one is got with: its expiry is inherited, so no session gets longer. */
  issue(
    now: number,
    facts: Pick<Token, "user" | "scope" | "roles" | "methods" | "credential">,
    parent?: Token,
  ): Token {
    const token: Token = {
      ...facts,
      // As long as a Fernet token, and like it not fit for a URL path.
      value: `gAAAAAB${btoa(this.#random.hex(132)).replaceAll("=", "")}`,
      auditIds: [this.#auditId(), ...(parent?.auditIds.slice(-1) ?? [])],
      issued: now,
      expires: parent?.expires ?? now + this.#ttl,
      revoked: false,
    };
    this.#byValue.set(token.value, token);
    return token;
  }

  /** The token while it is good; undefined when unknown, expired or revoked, which nobody can tell apart. */
  valid(value: string | null, now: number): Token | undefined {
    const token = value === null ? undefined : this.#byValue.get(value);
    return token !== undefined && !token.revoked && now < token.expires ? token : undefined;
  }

  /** Ends every token, or those of the user of that name. How many there were. */
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
