/** Finds the bytes in a key file, and reports in plain words what is not a private key. @module */
import type { Bytes } from "../bytes.ts";
import { damaged, KeyError } from "../key_error.ts";

/** One `-----BEGIN …-----` block. */
export interface Pem {
  /** The text after BEGIN: `RSA PRIVATE KEY`. */
  label: string;
  /** The header lines of old encrypted files, such as `DEK-Info`. */
  headers: Map<string, string>;
  bytes: Bytes;
}

/** The longest file that is accepted, in bytes. No key is that long. */
export const LONGEST = 64 * 1024;

/** A key file's text from its bytes. */
export function keyText(data: Uint8Array): string {
  if (data.length > LONGEST) throw new KeyError(`it is far too long for a key: ${data.length} bytes`);
  // Nearly always ASCII: the first decoder costs a start more time than the whole key.
  if (data.every((byte) => byte < 0x80)) return String.fromCharCode(...data);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    throw new KeyError(
      "it is not text. `openssl pkey -inform DER -in <it>` converts a key in binary form",
    );
  }
}

/** The first private key in a text. */
export function privatePem(text: string): Pem {
  // In environment variables line ends have often become `\n`.
  const whole = text.includes("\n") ? text : text.replaceAll("\\n", "\n");
  // Searched without a pattern, because compiling one takes longer than reading the key.
  for (let at = whole.indexOf(BEGIN); at >= 0; at = whole.indexOf(BEGIN, at)) {
    const begin = at + BEGIN.length;
    const close = whole.indexOf("-----", begin);
    const label = whole.slice(begin, close);
    at = begin;
    if (close < 0 || !label.endsWith("PRIVATE KEY") || !/^[A-Z0-9 ]+$/.test(label)) continue;
    const end = whole.indexOf(`-----END ${label}-----`, close);
    if (end < 0) throw damaged(`the line "END ${label}" is missing`);
    return { label, ...parseBody(whole.slice(close + 5, end)) };
  }
  throw new KeyError(somethingElse(whole.trim()));
}

const BEGIN = "-----BEGIN ";

function parseBody(body: string): Pick<Pem, "headers" | "bytes"> {
  const headers = new Map<string, string>();
  const lines = body.split("\n").map((line) => line.trim());
  const rest = lines.filter((line) => {
    const header = line.includes(":") && /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (header) headers.set(header[1]!.toLowerCase(), header[2]!);
    return !header;
  });
  try {
    return { headers, bytes: Uint8Array.fromBase64(rest.join("")) };
  } catch {
    throw damaged("its lines are not base64");
  }
}

/** What the text is, if it is not a readable private key. */
function somethingElse(text: string): string {
  if (text === "") return "it is empty";
  if (/^PuTTY-User-Key-File/.test(text)) {
    return "it is in PuTTY's format. `puttygen <it> -O private-openssh -o <new file>` converts it to OpenSSH's";
  }
  if (/^---- BEGIN SSH2 (?!PUBLIC)/.test(text)) {
    return "it is in the format of ssh.com, which is not supported";
  }
  if (/^(ssh-|ecdsa-|sk-)|BEGIN SSH2 PUBLIC|BEGIN ([A-Z0-9 ]+ )?PUBLIC KEY/.test(text)) {
    return "it is a public key. Name the private key beside it, usually the same path without `.pub`";
  }
  if (/BEGIN ([A-Z0-9 ]+ )?CERTIFICATE/.test(text)) return "it is a certificate, not a key";
  if (/BEGIN PGP/.test(text)) return "it is a PGP key, not an SSH or PEM one";
  return "it does not contain a private key in PEM or OpenSSH format";
}
