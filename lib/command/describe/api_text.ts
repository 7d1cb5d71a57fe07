/**
 * Writes the handle of an API as text: its URL, and how requests are authorized.
 *
 * @module
 */
import type { SpecifiedApi } from "./operations.ts";
import { literal, sentence, wordParts } from "./words.ts";

/** The lines that make the handle. */
export function apiLines({ title, servers, security }: SpecifiedApi, handle: string): string[] {
  const name = wordParts(title).join("-") || "service";
  return [
    `export const ${handle} = api(${literal(name)}, {`,
    ...indented(urlLines(servers)),
    ...indented(authorizeLines(security, name)),
    "});",
  ];
}

function urlLines(servers: readonly string[]): string[] {
  const absolute = servers.filter((one) => /^https?:\/\/[^\s{}]+$/.test(one) && URL.canParse(one));
  const [url, ...others] = absolute.map((one) => one.replace(/\/+$/, ""));
  if (url !== undefined) {
    const more = others.length === 0 ? "" : ` The file also names ${others.slice(0, 3).join(", ")}.`;
    return [...decide(`Is this the address?${more}`), `url: ${literal(url)},`];
  }
  const below = servers.find((one) => /^\/[\w\-.~/]*$/.test(one))?.replace(/\/+$/, "") ?? "";
  const said = servers.length === 0
    ? "The file names no address"
    : `The file says ${servers.slice(0, 3).join(", ")}`;
  return [
    ...decide(`${said}. Put the API's own here.`),
    `url: ${literal(`https://api.example.com${below}`)},`,
  ];
}

function authorizeLines(security: SpecifiedApi["security"], name: string): string[] {
  const variable = `${name.replaceAll("-", "_").toUpperCase()}_TOKEN`.replace(/^(\d)/, "_$1");
  const secret = `Deno.env.get(${literal(variable)}) ?? ""`;
  for (const [called, scheme] of security) {
    const { type, in: where, name: header } = scheme;
    const kind = String(scheme.scheme ?? "").toLowerCase();
    if (type === "apiKey" && where === "header" && typeof header === "string" && /^[\w-]+$/.test(header)) {
      return [
        ...decide(`Where the secret is from. The file says ${called}: the header ${header}.`),
        `authorize: (request) => request.headers.set(${literal(header.toLowerCase())}, ${secret}),`,
      ];
    }
    if (kind === "basic" || type === "basic") {
      return [
        ...decide(
          `Where the user and the password (user:password) are from. The file says ${called}: basic.`,
        ),
        `authorize: (request) => request.headers.set("authorization", \`Basic \${btoa(${secret})}\`),`,
      ];
    }
    if (kind === "bearer" || type === "oauth2" || type === "openIdConnect") {
      return [
        ...decide(
          `Where the token is from, and when it is renewed. The file says ${called}: a bearer token.`,
        ),
        `authorize: (request) => request.headers.set("authorization", \`Bearer \${${secret}}\`),`,
      ];
    }
  }
  return [
    ...decide("How requests are authorized. The file does not say it. With a token it would be:"),
    `// authorize: (request) => request.headers.set("authorization", \`Bearer \${${secret}}\`),`,
  ];
}

/** What a person has to decide, as lines of a comment. */
export function decide(what: string): string[] {
  const words = `DECIDE: ${sentence(what, 600, true)}`.split(" ");
  const lines: string[] = [];
  let line = "//";
  for (const word of words) {
    if (line.length + word.length > 98 && line !== "//") {
      lines.push(line);
      line = "//";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** Lines with more indentation. */
export const indented = (lines: readonly string[], levels = 1): string[] =>
  lines.map((line) => line === "" ? line : "  ".repeat(levels) + line);
