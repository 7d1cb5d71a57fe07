/**
 * The certificates to trust, from a cloud's settings.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { pathValue } from "../../../engine/process/path_value.ts";
import { shownValue } from "../../../engine/text/secrets.ts";
import { type CloudFiles, systemFiles, UnreadableError } from "./clouds_files.ts";
import type { TlsSettings } from "./settings.ts";

/**
 * Reads the file of trusted certificates; empty if none is named.
 *
 * @returns PEM texts, for `caCerts`.
 * @throws {CredentialsError} when the file cannot be read, or a client certificate is required, which is not supported.
 */
export async function readTrusted(tls: TlsSettings, files: CloudFiles = systemFiles()): Promise<string[]> {
  if (tls.cert !== undefined) {
    throw new CredentialsError(
      `Cannot log in with a client certificate: muster does not support them: ${
        shownValue(tls.cert)
      }. Leave cert and key (OS_CERT, OS_KEY) out.`,
    );
  }
  if (tls.caCert === undefined || tls.insecure) return [];
  pathValue(tls.caCert, "cacert (OS_CACERT)");
  const cannot = (why: string) =>
    new CredentialsError(`Cannot trust the certificates in cacert (OS_CACERT): ${why}: ${tls.caCert}`);
  try {
    const text = await files.read(tls.caCert);
    if (text === undefined) throw cannot("the file does not exist");
    if (!text.includes("-----BEGIN CERTIFICATE-----")) {
      throw cannot("it does not contain a certificate in PEM format");
    }
    return [text];
  } catch (error) {
    if (error instanceof UnreadableError) throw cannot(`it could not be read (${error.message})`);
    throw error;
  }
}
