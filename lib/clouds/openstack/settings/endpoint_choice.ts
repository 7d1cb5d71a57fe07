/**
 * Which of a service's addresses is wanted.
 *
 * @module
 */

/** Which of a service's addresses: for everybody, for the cloud's own network, or for its operator. */
export type Interface = "public" | "internal" | "admin";

/** Which address is wanted. */
export interface EndpointChoice {
  /** Service types, the first present one counts. Default: those of a database service. */
  types?: readonly string[] | undefined;
  /** The service's name, where there are several of a type. */
  name?: string | undefined;
  region?: string | undefined;
  /** The clouds there are, where `region` is a word that might have meant one of them. For the message only. */
  clouds?: readonly string[] | undefined;
  /** Of several the first that the service has. Default `"public"`. */
  interface?: Interface | readonly Interface[] | undefined;
  /** What the token is for, where that is no project: `a domain`. For the message only. */
  tokenIsFor?: string | undefined;
}

/** Reads `public`, `publicURL` and the like. */
export function readInterface(value: string): Interface | undefined {
  const name = value.trim().replace(/URL$/i, "").toLowerCase();
  return name === "public" || name === "internal" || name === "admin" ? name : undefined;
}
