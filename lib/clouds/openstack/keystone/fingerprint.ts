/**
 * Distinguishes two logins without keeping their secrets.
 *
 * @module
 */
import { Secret } from "../settings/secret.ts";

/** A digest of a value and the secrets in it. */
export async function secretDigest(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(bare(value)));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function bare(value: unknown): unknown {
  if (value instanceof Secret) return ["secret", value.reveal()];
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort().map(([key, part]) => [key, bare(part)]));
}
