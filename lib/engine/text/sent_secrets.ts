/**
 * Removes the secrets of a request from its answer, because servers quote what they refuse.
 *
 * @module
 */

/** The replacement for a secret. */
const MASK = "…";
/** Keys in a body whose values are secret. */
const SECRET_NAME = /pass(word|phrase|code)?$|secret|(^|_)token$|private_?key/i;
/** A secret of this length is masked everywhere; a shorter one only where it is a word by itself. */
const PLAIN = 4;
/**
 * Of a secret of at least this length, a piece of at least half its length, and at least this long, is masked as well.
 */
const PIECE = 6;

/** The secrets in a body: texts under keys such as `password`, at any depth. */
export function secretsIn(body: unknown, name = "", depth = 0): string[] {
  if (typeof body === "string") return body !== "" && SECRET_NAME.test(name) ? [body] : [];
  if (typeof body !== "object" || body === null || depth > 12) return [];
  if (Array.isArray(body)) return body.flatMap((one) => secretsIn(one, name, depth + 1));
  return Object.entries(body).flatMap(([key, value]) => secretsIn(value, key, depth + 1));
}

/** A text, or the texts in a parsed answer, without these secrets or pieces of them. */
export function withoutSecrets<T>(said: T, secrets: readonly string[]): T {
  if (secrets.length === 0) return said;
  const patterns = [...new Set(secrets.flatMap(patternsOf))];
  return masked(said, patterns) as T;
}

function masked(said: unknown, patterns: readonly RegExp[]): unknown {
  if (typeof said === "string") return patterns.reduce((text, one) => text.replace(one, MASK), said);
  if (Array.isArray(said)) return said.map((one) => masked(one, patterns));
  if (typeof said !== "object" || said === null) return said;
  return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, masked(value, patterns)]));
}

/** The forms in which a secret may appear in an answer: as it is, in Python's quotes, in JSON, in HTML, in a URL. */
function formsOf(secret: string): string[] {
  const html = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const forms = [
    secret,
    secret.replaceAll("\\", "\\\\").replaceAll("'", "\\'"),
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll('"', "&quot;").replaceAll("'", "&#x27;"),
    html.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    secret.trim(),
    ...(secret.isWellFormed() ? [encodeURIComponent(secret)] : []),
  ];
  return [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
}

function patternsOf(secret: string): RegExp[] {
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const whole = formsOf(secret).map((form) =>
    new RegExp(form.length < PLAIN ? `(?<![\\w])${literal(form)}(?![\\w])` : literal(form), "g")
  );
  const least = Math.max(PIECE, Math.ceil(secret.length / 2));
  // The longest piece first, because the rest after a shorter one would reveal the secret.
  const pieces = Array.from({ length: Math.max(0, secret.length - least) }, (_, n) => secret.length - 1 - n)
    .slice(0, 200)
    .flatMap((length) => [secret.slice(0, length), secret.slice(-length)]);
  return [...whole, ...pieces.map((piece) => new RegExp(literal(piece), "g"))];
}
