/** A tiny signer for tests of the simulator, made from the facts of the protocol and nothing of the client. */
import { md5Colons } from "../../lib/sim/md5.ts";
import { CloudApiSim, createCloudApi } from "../../lib/sim/mod.ts";
import type { CloudApiOptions } from "../../lib/sim/mod.ts";

export interface TestKey {
  line: string;
  keyId: string;
  algorithm: string;
  sign(text: string): Promise<string>;
}

function sized(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const bytes = parts.map((part) => typeof part === "string" ? new TextEncoder().encode(part) : part);
  const out = new Uint8Array(bytes.reduce((sum, part) => sum + 4 + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    new DataView(out.buffer).setUint32(at, part.length);
    out.set(part, at + 4);
    at += 4 + part.length;
  }
  return out;
}

const url64 = (text: string | undefined) => Uint8Array.fromBase64(text!, { alphabet: "base64url" });
const mpint = (bytes: Uint8Array) => bytes[0]! & 0x80 ? Uint8Array.of(0, ...bytes) : bytes;

function derOf(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const number = (bytes: Uint8Array) => {
    let part = bytes;
    while (part.length > 1 && part[0] === 0 && !(part[1]! & 0x80)) part = part.subarray(1);
    part = mpint(part);
    return Uint8Array.of(2, part.length, ...part);
  };
  const body = [...number(raw.subarray(0, raw.length / 2)), ...number(raw.subarray(raw.length / 2))];
  return Uint8Array.from(
    body.length > 127 ? [0x30, 0x81, body.length, ...body] : [0x30, body.length, ...body],
  );
}

export async function makeKey(kind = "ed25519", algorithm?: string): Promise<TestKey> {
  if (kind === "rsa") {
    const used = algorithm ?? "rsa-sha256";
    const hash = {
      sha1: "SHA-1",
      sha256: "SHA-256",
      sha384: "SHA-384",
      sha512: "SHA-512",
    }[used.split("-")[1]!]!;
    const pair = await crypto.subtle.generateKey(
      { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash },
      true,
      ["sign", "verify"],
    );
    const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const blob = sized("ssh-rsa", mpint(url64(jwk.e)), mpint(url64(jwk.n)));
    return keyOf(
      "ssh-rsa",
      blob,
      used,
      (data) => crypto.subtle.sign("RSASSA-PKCS1-v1_5", pair.privateKey, data),
    );
  }
  if (kind.startsWith("P-")) {
    const used = algorithm ?? "ecdsa-sha256";
    const hash = used.endsWith("512") ? "SHA-512" : used.endsWith("384") ? "SHA-384" : "SHA-256";
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: kind }, true, [
      "sign",
      "verify",
    ]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const curve = `nistp${kind.slice(2)}`;
    const blob = sized(`ecdsa-sha2-${curve}`, curve, point);
    return keyOf(`ecdsa-sha2-${curve}`, blob, used, async (data) => {
      return derOf(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash }, pair.privateKey, data)));
    });
  }
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return keyOf("ssh-ed25519", sized("ssh-ed25519", raw), algorithm ?? "ed25519-sha512", (data) => {
    return crypto.subtle.sign("Ed25519", pair.privateKey, data);
  });
}

function keyOf(
  type: string,
  blob: Uint8Array<ArrayBuffer>,
  algorithm: string,
  sign: (data: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer | Uint8Array<ArrayBuffer>>,
): TestKey {
  return {
    line: `${type} ${blob.toBase64()} tester`,
    keyId: md5Colons(blob),
    algorithm,
    sign: async (text) => new Uint8Array(await sign(new TextEncoder().encode(text))).toBase64(),
  };
}

export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any
  body: any;
  text: string;
}

export interface Client {
  sim: CloudApiSim;
  key: TestKey;
  account: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signed?: string;
  keyId?: string;
  signal?: AbortSignal;
}

/** Signs and sends one request. */
export async function send(
  sim: CloudApiSim,
  key: TestKey,
  keyId: string,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const headers: Record<string, string> = {
    date: new Date(sim.world.clock.now()).toUTCString(),
    accept: "application/json",
    ...(options.body === undefined ? {} : { "content-type": "application/json" }),
    ...options.headers,
  };
  const list = (options.signed ?? "(request-target) date").split(" ");
  const lines = list.map((name) =>
    name === "(request-target)"
      ? `${name}: ${method.toLowerCase()} ${path}`
      : `${name}: ${name === "host" ? headers.host ?? "sim.invalid" : headers[name]}`
  );
  const signature = await sim.world.clock.hold(() => key.sign(lines.join("\n")));
  headers.authorization ??= `Signature keyId="${
    options.keyId ?? keyId
  }",algorithm="${key.algorithm}",headers="${list.join(" ")}",signature="${signature}"`;
  const response = await sim.fetch(`https://sim.invalid${path}`, {
    method,
    headers,
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === "string" ? options.body : JSON.stringify(options.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const text = await response.text();
  let body: unknown = text;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch { /* not JSON: left as text */ }
  return { status: response.status, headers: response.headers, body, text };
}

let shared: Promise<TestKey> | undefined;

/** A simulator with an account `demo`, and a key that may sign for it. */
export async function client(options: CloudApiOptions = {}): Promise<Client> {
  const key = await (shared ??= makeKey());
  const account = options.account ?? "demo";
  const sim = createCloudApi({
    throttle: false,
    ...options,
    account,
    keys: [key.line, ...options.keys ?? []],
  });
  const keyId = `/${account}/keys/${key.keyId}`;
  return { sim, key, account, call: (method, path, more) => send(sim, key, keyId, method, path, more) };
}
