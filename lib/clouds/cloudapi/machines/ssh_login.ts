/**
 * How to log in to a machine: the user, the address, the port, and the jump host. The image's tag `default_user` and
 * the machine's tags `tritoncli.ssh.*` decide, as for the official client (`triton ssh`).
 *
 * @module
 */
import { ApiError, type Endpoint, SshError, TransportError } from "../../../engine/mod.ts";
import type { AddressChoice, SshTarget } from "../../../ssh/mod.ts";
import { isShortId, isUuid } from "../catalogue/resolve.ts";
import { machinePages, machinesNamed } from "../machine_pages.ts";
import { machinePath } from "../machine_path.ts";
import type { Machine } from "../machine_record.ts";

/** The user if the image does not name one. */
const USER = "root";

/** The options of the step. The rest is found out. */
export interface SaidLogin {
  /** The user, also on a jump host that is a machine. */
  readonly user?: string | ((machine: Machine) => string) | undefined;
  readonly port?: number | undefined;
  readonly address?: AddressChoice<Machine> | undefined;
  /** The jump hosts. False: none, even if the machine's tag names one. */
  readonly jump?: SshTarget | readonly SshTarget[] | false | undefined;
}

/** Where to log in, and through which hosts. */
export interface SshLogin {
  readonly target: SshTarget;
  readonly jump: readonly SshTarget[];
}

/** What was looked up for earlier machines: users by image, and jump hosts by the value of the tag. */
export interface KnownLogins {
  readonly users: Map<string, Promise<string>>;
  readonly jumps: Map<string, Promise<SshTarget>>;
}

/** Nothing looked up yet. */
export const noLogins = (): KnownLogins => ({ users: new Map(), jumps: new Map() });

type Api = Pick<Endpoint, "send">;

/**
 * How to log in to a machine.
 *
 * @throws {SshError} when it has no address, or one of its tags names an address or a machine that does not exist.
 */
export async function sshLogin(
  machine: Machine,
  said: SaidLogin,
  api: Api,
  known: KnownLogins,
): Promise<SshLogin> {
  const user = typeof said.user === "function" ? said.user(machine) : said.user;
  const [host, name, jump] = await Promise.all([
    said.address === undefined ? hostOf(machine) : chosen(machine, said.address),
    user ?? userOf(machine.image, api, known),
    said.jump === undefined
      ? jumpOf(machine, user, api, known)
      : said.jump === false
      ? []
      : [said.jump].flat(),
  ]);
  const port = said.port ?? portOf(machine);
  return {
    target: { host, user: name, name: machine.name, ...port === undefined ? {} : { port } },
    jump: jump as readonly SshTarget[],
  };
}

/** A tag as text; undefined if it is missing or empty. */
function tag(machine: Machine, name: string): string | undefined {
  const value = Object.hasOwn(machine.tags ?? {}, name) ? String(machine.tags[name]) : "";
  return value === "" ? undefined : value;
}

async function chosen(machine: Machine, choice: AddressChoice<Machine>): Promise<string> {
  const { chooseAddress } = await import("../../../ssh/hosts/address.ts");
  return chooseAddress(machine, choice as AddressChoice);
}

/** The address that the machine's tag names, else its public one, else a private one. */
async function hostOf(machine: Machine): Promise<string> {
  const named = tag(machine, "tritoncli.ssh.ip");
  if (named === undefined) return await chosen(machine, "public");
  if ((machine.ips ?? []).includes(named)) return named;
  throw new SshError(
    `Cannot connect to ${machine.name}: its tag tritoncli.ssh.ip is not one of its addresses: ${named}. ` +
      "Correct the tag, or give { address }.",
  );
}

function portOf(machine: Machine): number | undefined {
  const named = tag(machine, "tritoncli.ssh.port");
  if (named === undefined) return undefined;
  const port = Number(named);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SshError(
    `Cannot connect to ${machine.name}: its tag tritoncli.ssh.port is not a port: ${named}. ` +
      "Correct the tag, or give { port }.",
  );
}

/** The user of an image. If the image cannot be read, the default is used. */
function userOf(image: string, api: Api, known: KnownLogins): Promise<string> {
  let asked = known.users.get(image);
  if (!asked) known.users.set(image, asked = defaultUser(image, api));
  return asked;
}

async function defaultUser(image: string, { send }: Api): Promise<string> {
  try {
    const { body } = await send({ method: "GET", path: `/images/${encodeURIComponent(image)}` });
    const user = (body as { tags?: Record<string, unknown> }).tags?.default_user;
    return typeof user === "string" && user !== "" ? user : USER;
  } catch (error) {
    if (error instanceof ApiError || error instanceof TransportError) return USER;
    throw error;
  }
}

/** The jump host, which is another machine that this machine's tag names. */
async function jumpOf(
  machine: Machine,
  user: string | undefined,
  api: Api,
  known: KnownLogins,
): Promise<readonly SshTarget[]> {
  const named = tag(machine, "tritoncli.ssh.proxy");
  if (named === undefined) return [];
  // The user may differ from machine to machine.
  const key = JSON.stringify([named, user]);
  let asked = known.jumps.get(key);
  if (!asked) known.jumps.set(key, asked = proxyOf(machine, named, user, api, known));
  return [await asked];
}

async function proxyOf(
  machine: Machine,
  named: string,
  user: string | undefined,
  api: Api,
  known: KnownLogins,
): Promise<SshTarget> {
  const proxy = await machineCalled(named, api);
  if (proxy === undefined) {
    throw new SshError(
      `Cannot connect to ${machine.name}: its tag tritoncli.ssh.proxy names no machine: ${named}. ` +
        "Correct the tag, or give { jump: false }.",
    );
  }
  const port = portOf(proxy);
  return {
    host: await hostOf(proxy),
    user: tag(proxy, "tritoncli.ssh.proxyuser") ?? user ?? await userOf(proxy.image, api, known),
    name: proxy.name,
    ...port === undefined ? {} : { port },
  };
}

/** The machine with an id, a name, or the first eight characters of an id. */
async function machineCalled(named: string, api: Api): Promise<Machine | undefined> {
  if (isUuid(named)) {
    const { status, body } = await api.send({ method: "GET", path: machinePath(named), accept: [404, 410] });
    return status === 200 ? body as Machine : undefined;
  }
  const [found] = await machinesNamed(api, named, true);
  if (found || !isShortId(named)) return found;
  for await (const page of machinePages(api, {}, { priority: "action" })) {
    const one = page.find(({ id }) => id.startsWith(named.toLowerCase()));
    if (one) return one;
  }
  return undefined;
}
