/**
 * The interface of things that can sign.
 *
 * @module
 */

/**
 * A private key that can sign, wherever it is kept: in memory, in a file, in an agent, in a hardware module.
 *
 * @example
 * ```ts
 * import { dc, type Signer } from "@muster/muster";
 *
 * const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]) as CryptoKeyPair;
 * const signer: Signer = {
 *   keyId: "/me/keys/8a:3f:52:01:9c:44:d7:be:60:12:ef:77:3b:90:a1:c5",
 *   algorithm: "ed25519-sha512",
 *   sign: async (data) => new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, data)),
 * };
 * console.log(dc({ url: "https://us-east-1.api.example.com", account: "me", signer }));
 * ```
 */
export interface Signer {
  /** The key's name in requests: `/account/keys/<md5>` or `/account/users/<user>/keys/<md5>`. */
  readonly keyId: string;
  /** The server's name for the algorithm: `rsa-sha256`, `ecdsa-sha512`, `ed25519-sha512`, … */
  readonly algorithm: string;
  /**
   * Signs data in the form that the server accepts: PKCS#1 v1.5 for RSA, DER for ECDSA, 64 raw bytes for Ed25519.
   *
   * @param data The data to sign, not hashed yet.
   */
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}
