/**
 * Pre-signed URLs: the signature in the query, for clients that cannot set headers.
 *
 * @module
 */
import { proveClaim, type Requester } from "./auth.ts";
import type { Params } from "./call.ts";
import { plainError } from "./problem.ts";
import type { Verifier } from "./verify.ts";
import type { World } from "../world.ts";

const REQUIRED = ["algorithm", "expires", "keyId", "signature"] as const;
const KNOWN = /^(RSA-SHA(1|256|384|512)|DSA-SHA(1|256)|ECDSA-SHA(256|384|512)|ED25519-SHA512)$/;

/**
 * The sender of a pre-signed URL; undefined if it is not one.
 *
 * @throws {Problem} 500 with a message and no code for invalid parameters; 401 for an invalid signature.
 */
export async function presignedSender(
  server: { world: World; verifier: Verifier | undefined },
  request: Request,
  url: URL,
  query: Params,
  version: string,
): Promise<Requester | undefined> {
  const missing = REQUIRED.filter((name) => !query[name]);
  if (missing.length === REQUIRED.length) return undefined;
  const methods = String(query.method ?? request.method).split(/\s*,\s*/).sort();
  if (!methods.includes(request.method)) throw plainError(`${request.method} was not a signed method`);
  if (missing.length > 0) throw plainError(`parameters "${missing.join(", ")}" are required`);
  if (!/^\d+$/.test(String(query.expires))) throw plainError("expires is invalid");
  if (Math.floor(server.world.clock.now() / 1000) > Number(query.expires)) {
    throw plainError("request expired");
  }
  const algorithm = String(query.algorithm).toUpperCase();
  if (!KNOWN.test(algorithm)) throw plainError(`${algorithm} is not a supported signing algorithm`);
  const signed = Object.keys(query).filter((name) => name.toLowerCase() !== "signature")
    .sort((a, b) => a.localeCompare(b))
    .map((name) => `${rfc3986(name)}=${rfc3986(String(query[name]))}`).join("&");
  const claim = {
    keyId: String(query.keyId),
    algorithm: algorithm.toLowerCase(),
    signature: String(query.signature),
    signingString: [methods.join(","), request.headers.get("host") ?? url.host, url.pathname, signed].join(
      "\n",
    ),
  };
  return await proveClaim(server.world, server.verifier, claim, version);
}

function rfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
