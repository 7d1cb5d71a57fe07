/**
 * Options that choose one of a service's URLs.
 *
 * @module
 */

/** The interface of a URL: for everybody, for the cloud's own network, or for its operator. */
export type Interface = "public" | "internal" | "admin";

/** The URL that is wanted. */
export interface EndpointChoice {
  /** Service types; the first that exists is used. Default: those of a database service. */
  types?: readonly string[] | undefined;
  /** The service's name, if there are several of a type. */
  name?: string | undefined;
  region?: string | undefined;
  /** All clouds, if `region` may have been meant as one of them. Only for the message. */
  clouds?: readonly string[] | undefined;
  /** If there are several, the first that the service has is used. Default `"public"`. */
  interface?: Interface | readonly Interface[] | undefined;
  /** The scope of the token, if that is not a project: `a domain`. Only for the message. */
  tokenIsFor?: string | undefined;
}

/** Reads `public`, `publicURL` and similar forms. */
export function readInterface(value: string): Interface | undefined {
  const name = value.trim().replace(/URL$/i, "").toLowerCase();
  return name === "public" || name === "internal" || name === "admin" ? name : undefined;
}
