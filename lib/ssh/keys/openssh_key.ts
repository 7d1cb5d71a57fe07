/**
 * Rewrites a PEM private key (PKCS#1, SEC1, PKCS#8, encrypted or not) in OpenSSH's own format, unencrypted and
 * only in memory (PROTOCOL.key of OpenSSH).
 *
 * @module
 */

const CRYPTO = "node:crypto"; // Not a literal: it costs start-up time where no such key is used.

interface PrivateKey {
  export(options: { format: "jwk" }): JsonWebKey;
}

/**
 * @throws What Node's crypto module threw for a key it cannot read, or an Error for one of an unknown kind.
 */
export async function toOpenSsh(pem: string, passphrase?: string): Promise<string> {
  const { createPrivateKey } = await import(CRYPTO) as {
    createPrivateKey(key: { key: string; format: "pem"; passphrase?: string }): PrivateKey;
  };
  const jwk = createPrivateKey({
    key: pem,
    format: "pem",
    ...(passphrase === undefined ? {} : { passphrase }),
  })
    .export({ format: "jwk" });
  const { publicPart, privatePart } = fieldsOf(jwk);
  const check = new Uint8Array(4); // Two equal numbers; they matter only to a decrypted key.
  let inner = join(check, check, ...privatePart, string(""));
  const padding = (8 - inner.length % 8) % 8;
  inner = join(inner, Uint8Array.from({ length: padding }, (_, index) => index + 1));
  const all = join(
    new TextEncoder().encode("openssh-key-v1\0"),
    string("none"),
    string("none"),
    string(""),
    uint32(1),
    string(join(...publicPart)),
    string(inner),
  );
  let binary = "";
  for (const byte of all) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,70}/g)!;
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join(
    "\n",
  );
}

function fieldsOf(jwk: JsonWebKey): { publicPart: Uint8Array[]; privatePart: Uint8Array[] } {
  if (jwk.kty === "RSA") {
    const name = string("ssh-rsa");
    const [n, e] = [mpint(jwk.n), mpint(jwk.e)];
    return {
      publicPart: [name, e, n],
      privatePart: [name, n, e, mpint(jwk.d), mpint(jwk.qi), mpint(jwk.p), mpint(jwk.q)],
    };
  }
  if (jwk.kty === "EC") {
    const curve = `nistp${jwk.crv?.slice(2)}`;
    if (!["nistp256", "nistp384", "nistp521"].includes(curve)) throw new Error(`unknown curve ${jwk.crv}`);
    const point = string(join(Uint8Array.of(4), bytes(jwk.x), bytes(jwk.y)));
    const publicPart = [string(`ecdsa-sha2-${curve}`), string(curve), point];
    return { publicPart, privatePart: [...publicPart, mpint(jwk.d)] };
  }
  if (jwk.kty === "OKP" && jwk.crv === "Ed25519") {
    const publicPart = [string("ssh-ed25519"), string(bytes(jwk.x))];
    return { publicPart, privatePart: [...publicPart, string(join(bytes(jwk.d), bytes(jwk.x)))] };
  }
  throw new Error(`keys of the kind ${jwk.kty} ${jwk.crv ?? ""} cannot be used for SSH`);
}

function bytes(base64url: string | undefined): Uint8Array {
  const text = atob((base64url ?? "").replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** A number as SSH writes it: no leading zeros, but one where the first bit would make it negative. */
function mpint(base64url: string | undefined): Uint8Array {
  const raw = bytes(base64url);
  let start = 0;
  while (start < raw.length && raw[start] === 0) start++;
  const number = raw.subarray(start);
  return string((number[0] ?? 0) >= 0x80 ? join(Uint8Array.of(0), number) : number);
}

function uint32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

function string(value: string | Uint8Array): Uint8Array {
  const body = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return join(uint32(body.length), body);
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
