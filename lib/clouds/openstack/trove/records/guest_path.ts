/**
 * The paths of things inside an instance.
 *
 * @module
 */
import { MusterError } from "../../../../engine/mod.ts";

/**
 * A user inside an instance: its name, for a user who may log in from any host; `name@host`; or both as an object,
 * which is needed if the name contains an `@`.
 *
 * @example
 * ```ts
 * import { dbaas, type UserRef } from "@muster/muster";
 *
 * const app: UserRef = { name: "app", host: "10.0.0.1" }; // or "app@10.0.0.1", or just "app", from everywhere
 * console.log(dbaas("sim").instance("prod-billing").grant(app, "ledger"));
 * ```
 */
export type UserRef = string | { readonly name: string; readonly host?: string | undefined };

/** A path below an instance. */
export function instancePath(id: string, rest = ""): string {
  return `/instances/${encodeURIComponent(id)}${rest}`;
}

/** Name and host of a user. */
export function userOf(wanted: UserRef): { name: string; host: string } {
  const { name, host = "%" } = typeof wanted === "string" ? parted(wanted) : wanted ?? {};
  if (typeof name === "string" && name !== "") return { name, host };
  throw new MusterError(`Cannot use this as a user: it has no name: ${JSON.stringify(wanted)}`);
}

/** The hosts that the API accepts. */
const HOST = /^(?=.)[%]?[\w().-]*[%]?$/;

/** Splits `name@host`, the form in which it is also shown. */
function parted(text: string): { name: string; host?: string } {
  const at = text.lastIndexOf("@");
  const host = text.slice(at + 1);
  return at > 0 && HOST.test(host) ? { name: text.slice(0, at), host } : { name: text };
}

/** A user as text. */
export function userText(wanted: UserRef): string {
  const { name, host } = userOf(wanted);
  return host === "%" && !name.includes("@") ? name : `${name}@${host}`;
}

/**
 * A user's segment of a path. The server decodes it once more than usual, and old versions read what follows a dot as a
 * format. So it is encoded twice, dots included.
 */
export function userPath(wanted: UserRef): string {
  const { name, host } = userOf(wanted);
  const twice = (text: string) =>
    encodeURIComponent(
      encodeURIComponent(text).replaceAll(".", "%2e").replace(/[!'()*]/g, (char) =>
        `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    );
  return host === "%" && !name.includes("@") ? twice(name) : `${twice(name)}@${twice(host)}`;
}

/** Whether a listed user is the given one. */
export function isUser(listed: { name: string; host?: string }, wanted: UserRef): boolean {
  const { name, host } = userOf(wanted);
  return listed.name === name && (listed.host ?? "%") === host;
}

/** While an instance is being built, its guest cannot answer yet. */
export const unbuilt = ({ state }: { state: string }): string | undefined =>
  state === "BUILD" ? "it is still being built. Wait until it is ready first" : undefined;
