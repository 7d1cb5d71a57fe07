/**
 * Explains why Keystone refuses a login. Its 401 is the same for a wrong password, an unknown or disabled user, and a
 * project that the user may not use. This finds out as much as it can without trying the password in a second place.
 *
 * @module
 */
import { CredentialsError, TransportError } from "../../../engine/errors.ts";
import { describeAnswer } from "../../../http/is_api_answer.ts";
import { explain } from "../error_answers.ts";
import {
  apiUrl,
  type KeystoneAddress,
  type KeystoneLogin,
  loginRequest,
  projectOf,
} from "./keystone_login.ts";
import type { KeystoneSend } from "./keystone_exchange.ts";
import type { NameRef } from "../settings/settings.ts";
import type { LoginAnswer } from "./token.ts";

/** Keystone's message for every refused login; it explains nothing. */
const GENERIC = /^The request you have made requires authentication\.?$/i;

/**
 * The error for a refused login. A password login with a project is tried once more without the project. That shows
 * whether the project was refused, and which projects there are.
 */
export async function refusedLogin(
  login: KeystoneLogin,
  place: KeystoneAddress,
  answer: LoginAnswer,
  send: KeystoneSend,
): Promise<Error> {
  const { message } = explain(answer);
  const said = answer.status === 401 && GENERIC.test(message) ? "" : scrub(message, login);
  // A one-time code can no longer be used.
  const project = login.method === "password" && !login.passcode ? projectOf(login.scope) : undefined;
  if (answer.status === 401 && login.method === "password" && project && place.version === "3" && !said) {
    const wrong = await wrongProject(login, place, project, send);
    if (wrong) return new CredentialsError(wrong);
  }
  // If Keystone gives a reason, that is used. About a token it only says that it is unknown.
  const why = `${said ? `: ${said}` : ""}${!said || login.method === "token" ? guess(login) : ""}`;
  return new CredentialsError(
    `Cannot log in at ${apiUrl(place)}: Keystone refused ${who(login, place)}${why}`,
  );
}

/**
 * The error for a URL where no Keystone of that version answered.
 *
 * @param answer The answer that came instead.
 */
export function noKeystone(
  place: KeystoneAddress,
  versions: readonly string[],
  answer?: LoginAnswer,
): CredentialsError {
  const here = apiUrl(place);
  const leads = answer && redirection(answer, place);
  if (leads !== undefined) {
    return new CredentialsError(
      `Cannot log in: no Keystone answers at ${here}: the server redirects to ${leads}. A password is not sent after a ` +
        `redirect. If that is your cloud's Keystone, give its address as the auth URL (OS_AUTH_URL).`,
    );
  }
  const other = versions.length === 0
    ? undefined
    : `${place.root}/${versions.includes("v3") ? "v3" : versions[0]}`;
  const next = other === undefined
    ? "Check the auth URL (OS_AUTH_URL)"
    : other === here
    ? "The server lists this version and has no login there. Check the path of the auth URL (OS_AUTH_URL), or ask the " +
      "cloud's operator"
    : `The server there speaks ${versions.join(" and ")}, so the auth URL (OS_AUTH_URL) should be ${other}`;
  const said = other === undefined && answer && answer.status >= 400 ? `: it answers ${answer.status}` : "";
  return new CredentialsError(`Cannot log in: no Keystone answers at ${here}${said}. ${next}`);
}

/** Where an answer redirects to, without parts that may be secret; undefined if it does not redirect. */
function redirection({ status, headers }: LoginAnswer, place: KeystoneAddress): string | undefined {
  const location = headers.get("location");
  if (status < 301 || status > 399 || !location) return undefined;
  const url = URL.parse(location, `${place.root}/`);
  return url ? `${url.origin}${url.pathname.replace(/\/(auth\/)?tokens\/?$/, "")}` : undefined;
}

/** The error for a refusal in another form than Keystone's: a proxy's. It does not concern the credentials. */
export function strangeRefusal(place: KeystoneAddress, answer: LoginAnswer): TransportError {
  const text = typeof answer.body === "string" ? answer.body : answer.body === undefined ? "" : "{}";
  return new TransportError(
    `Cannot log in: no Keystone answers at ${apiUrl(place)}: ${
      URL.parse(place.root)?.hostname
    } does not answer as ` +
      `Keystone does: ${
        describeAnswer({ ...answer, text })
      }. Check the auth URL (OS_AUTH_URL), and whether a proxy ` +
      `answers instead of it.`,
    "unknown",
  );
}

/** Who was refused. */
function who(login: KeystoneLogin, place: KeystoneAddress): string {
  switch (login.method) {
    case "password": {
      const project = projectOf(login.scope);
      return `user ${title(login.user, place)}${project ? ` of project ${title(project, place)}` : ""}`;
    }
    case "token":
      return "the given token";
    case "application-credential":
      return `application credential ${quote(login.id ?? login.name ?? "")}`;
    case "api-key":
      return `the API key of user ${quote(login.username)}`;
  }
}

/** The possible meanings of a refusal without a reason. */
function guess(login: KeystoneLogin): string {
  switch (login.method) {
    case "password":
      return `. The reason may be the name, the password${
        projectOf(login.scope) ? ", the project" : ""
      }, or the user is disabled: Keystone does not say`;
    case "token":
      return ". It has expired, was revoked, or is from another cloud. Get a new one";
    case "application-credential":
      return ". Its secret may be wrong, it may have expired or been deleted, or its user or project is disabled: " +
        "Keystone does not say";
    case "api-key":
      return ". The reason may be the key, the user or the tenant: Keystone does not say";
  }
}

/** Finds out whether user and password are valid and only the project is not; undefined if they are not. */
async function wrongProject(
  login: Extract<KeystoneLogin, { method: "password" }>,
  place: KeystoneAddress,
  project: NameRef,
  send: KeystoneSend,
): Promise<string | undefined> {
  const base = apiUrl(place);
  const { path, body } = loginRequest({ ...login, scope: undefined }, "3");
  const unscoped = { auth: { ...(body as { auth: object }).auth, scope: "unscoped" } };
  try {
    const again = await send({ method: "POST", root: place.root, path: `/v3${path}`, body: unscoped });
    const token = again.headers.get("x-subject-token");
    if (again.status !== 201 || !token) return undefined;
    const headers = { "x-auth-token": token };
    const answered = await send({ method: "GET", root: place.root, path: "/v3/auth/projects", headers });
    const projects = readProjects(answered.body);
    const found = projects.find((one) =>
      project.id !== undefined ? one.id === project.id : one.name === project.name
    );
    const why = found?.enabled === false
      ? `project ${title(project, place)} is disabled`
      : `user ${title(login.user, place)} has no role in a project ${
        title(project, place)
      }, or there is no such project`;
    const usable = projects.filter((one) => one.enabled).map((one) => one.name);
    const next = usable.length
      ? `The user's projects are ${usable.sort().join(", ")}`
      : "The user has no project";
    return `Cannot log in at ${base}: ${why}. ${next}.`;
  } catch {
    // The first answer stands; this was only to explain it.
    return undefined;
  }
}

function readProjects(body: unknown): { id: string; name: string; enabled: boolean }[] {
  const rows = typeof body === "object" && body !== null
    ? (body as { projects?: unknown }).projects
    : undefined;
  if (!Array.isArray(rows)) return [];
  return rows.map((row) => ({
    id: String(row?.id ?? ""),
    name: String(row?.name ?? ""),
    enabled: row?.enabled !== false,
  }));
}

/** `"demo" (domain "Default")`. */
function title(ref: NameRef, place: KeystoneAddress): string {
  if (ref.id !== undefined) return quote(ref.id);
  const domain = ref.domain?.name ?? ref.domain?.id ?? "default";
  return place.version === "3" ? `${quote(ref.name ?? "")} (domain ${quote(domain)})` : quote(ref.name ?? "");
}

/** The server's message without any secret that was sent, in case it repeats one. */
function scrub(message: string, login: KeystoneLogin): string {
  const secrets = Object.values(login).flatMap((value) =>
    typeof value === "object" && value !== null && "reveal" in value ? [value.reveal()] : []
  );
  return secrets.reduce((text, one) => one === "" ? text : text.replaceAll(one, "‹secret›"), message);
}

function quote(name: string): string {
  return JSON.stringify(name);
}
