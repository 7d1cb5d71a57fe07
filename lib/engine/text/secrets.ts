/**
 * Texts that must not appear in any output: what a task marks as secret, the credentials of a login, and private keys
 * wherever they are found. Only this file knows them. Everything that leaves the process goes through {@linkcode
 * concealed}: errors, lines on a terminal, JSON, journals, saved plans.
 *
 * They are kept on the global object, because a task file may import another copy of this library than the program.
 *
 * @module
 */

const KEY: unique symbol = Symbol.for("muster.secrets.1");
const place = globalThis as { [KEY]?: Set<string> };

/** The replacement for a secret. */
const MASK = "…";
/** The shortest secret. A shorter text occurs in every other word, so nothing would be readable without it. */
export const SHORTEST_SECRET = 4;
/**
 * A part of a secret of at least this length is left out as well, because a text may have been cut within the secret.
 */
const PIECE = 12;

/** Keeps texts out of every output from now on. Texts that are too short are ignored. */
export function keepSecret(...texts: readonly string[]): void {
  const known = place[KEY] ??= new Set();
  for (const text of texts) {
    if (text.length < SHORTEST_SECRET || known.has(text)) continue;
    known.add(text);
    if (!/[\r\n]/.test(text)) continue;
    // A key may be shown line by line, so each line is kept out as well.
    for (const line of text.split(/[\r\n]+/)) if (line.trim().length >= PIECE) known.add(line.trim());
  }
}

/** A shorter login secret is not left out: it is usually a word, and would occur in many texts. */
const SHORTEST_LOGIN = 8;

/** Keeps login credentials out of every output: passwords, tokens, passphrases. */
export function keepLogin(...texts: readonly (string | undefined)[]): void {
  for (const text of texts) if (text !== undefined && text.length >= SHORTEST_LOGIN) keepSecret(text);
}

/** The forms in which a secret may appear in an output: as it is, in JSON, in a URL, in base64. */
function* formsOf(secret: string): Generator<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  yield secret;
  yield json;
  yield JSON.stringify(json).slice(1, -1);
  yield secret.replaceAll("\n", "\\n");
  yield secret.replaceAll("'", "\\'");
  if (secret.isWellFormed()) {
    const address = encodeURIComponent(secret);
    yield address;
    yield address.replaceAll("%20", "+");
    yield encodeURI(secret);
    yield new URLSearchParams([["", secret]]).toString().slice(1);
  }
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret.slice(0, 10_000))));
  yield base64;
  yield base64.replace(/=+$/, "");
  yield base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

let made: { of: number; whole: RegExp; long: string[] } | undefined;

/** The pattern that finds all secrets at once. It is made again when there are more. */
function finder(known: ReadonlySet<string>): { whole: RegExp; long: string[] } {
  if (made?.of === known.size) return made;
  const forms = new Set<string>();
  for (const secret of known) for (const form of formsOf(secret)) forms.add(form);
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  const parts = sorted.map((form) => {
    const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    // A number must not be found within a longer number, such as a time.
    return /^\d+$/.test(form) ? `(?<![\\d.])${literal}(?![\\d])` : literal;
  });
  made = {
    of: known.size,
    whole: new RegExp(parts.join("|"), "g"),
    long: sorted.filter((form) => form.length > PIECE && !/^\d+$/.test(form)),
  };
  return made;
}

/** Leaves out a part of a longer secret, from its beginning or its end, because the text may have been cut. */
function withoutPieces(text: string, secret: string): string {
  const [first, last] = [secret.slice(0, PIECE), secret.slice(-PIECE)];
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    let length = PIECE;
    while (length < secret.length && text[at + length] === secret[length]) length++;
    text = text.slice(0, at) + MASK + text.slice(at + length);
  }
  for (let at = text.indexOf(last); at >= 0; at = text.indexOf(last, at + 1)) {
    let before = 0;
    while (
      before < secret.length - PIECE && at > before &&
      text[at - before - 1] === secret[secret.length - PIECE - before - 1]
    ) before++;
    text = text.slice(0, at - before) + MASK + text.slice(at + PIECE);
    at -= before;
  }
  return text;
}

/** Finds a private key in a text, even if it was cut, or is in JSON or a URL. */
const privateKeys = () =>
  /-----BEGIN(?: |%20|\+)[A-Z0-9 %+]*PRIVATE(?: |%20|\+)KEY-----(?:[\s\S]*?-----END(?: |%20|\+)[A-Z0-9 %+]*PRIVATE(?: |%20|\+)KEY-----|(?:[A-Za-z0-9+/=%\s\\]|(?:Proc-Type|DEK-Info):[^\n\\]*)*)|PuTTY-User-Key-File-\d[\s\S]*/g;

/**
 * A text without any known secret.
 *
 * @param more Further secrets, besides those that were kept.
 */
export function concealed(text: string, more?: Iterable<string>): string {
  if (/PRIVATE|PuTTY-User/.test(text)) text = text.replace(privateKeys(), "(a private key)");
  if (more) { for (const one of more) keepSecret(one); }
  const known = place[KEY];
  if (!known || known.size === 0) return text;
  const { whole, long } = finder(known);
  text = text.replace(whole, (found, at: number) => {
    // In JSON a number is replaced by a string, so that the text stays valid JSON.
    const bare = /^\d+$/.test(found) && /[:,[]\s*$/.test(text.slice(Math.max(0, at - 3), at)) &&
      /^\s*[,\]}]/.test(text.slice(at + found.length, at + found.length + 3));
    return bare ? `"${MASK}"` : MASK;
  });
  for (const form of long) if (text.length >= PIECE) text = withoutPieces(text, form);
  return text;
}

/** Whether any secret is known. */
export const hasSecrets = (): boolean => (place[KEY]?.size ?? 0) > 0;

/** A value as JSON without secrets in its strings. Its structure and its numbers stay the same. */
export function concealedJson(value: unknown): string {
  const conceal = (_key: string, one: unknown) => typeof one === "string" ? concealed(one) : one;
  return JSON.stringify(value, conceal);
}

/** A value as an error may quote it: on one line, short, and without anything that looks like a key. */
export function shownValue(value: unknown): string {
  if (typeof value === "string" && /PRIVATE KEY|PuTTY-User-Key/.test(value)) return "(a private key)";
  if (typeof value === "string" && /[\r\n]/.test(value)) {
    return `(a text of ${value.split(/\r\n|\r|\n/).length} lines)`;
  }
  const text = concealed(JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 197)}…` : text;
}
