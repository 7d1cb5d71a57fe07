/**
 * What a request carried as secret, left out of what comes back: servers quote what they refuse.
 *
 * @module
 */

/** What stands for a secret. */
const MASK = "…";
/** Names under which a body holds what nobody may read. */
const SECRET_NAME = /pass(word|phrase|code)?$|secret|(^|_)token$|private_?key/i;
/** A text of so many characters is masked wherever it stands; a shorter one only where it stands by itself. */
const PLAIN = 4;
/** Of a secret of at least this length a piece of at least half of it, and this much, is masked as well. */
const PIECE = 6;

/** The secrets in what is sent: texts under names such as `password`, however deep. */
export function secretsIn(body: unknown, name = "", depth = 0): string[] {
  if (typeof body === "string") return body !== "" && SECRET_NAME.test(name) ? [body] : [];
  if (typeof body !== "object" || body === null || depth > 12) return [];
  if (Array.isArray(body)) return body.flatMap((one) => secretsIn(one, name, depth + 1));
  return Object.entries(body).flatMap(([key, value]) => secretsIn(value, key, depth + 1));
}

/** A text, or the texts in a parsed answer, without these secrets, whole or in part. */
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

/** As it may stand in an answer: as it is, in Python's quotes, in JSON, in HTML, in an address. */
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
  // The longest piece first: what is left of a shorter one would tell the rest.
  const pieces = Array.from({ length: Math.max(0, secret.length - least) }, (_, n) => secret.length - 1 - n)
    .slice(0, 200)
    .flatMap((length) => [secret.slice(0, length), secret.slice(-length)]);
  return [...whole, ...pieces.map((piece) => new RegExp(literal(piece), "g"))];
}
