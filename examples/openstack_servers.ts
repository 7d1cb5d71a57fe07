/**
 * OpenStack Compute (Nova) on muster's engine, with nothing but what muster exports: a login, and a description.
 *
 *     import { compute } from "./openstack_servers.ts";
 *     const servers = compute({ cloud: "staging" });
 *     await servers().where({ name: /^test-/ }).stop().waitUntil("SHUTOFF").delete();
 *
 * The facts are those of Nova 26. It is spoken to in the highest microversion that both sides know, from 2.79 (OpenStack Train)
 * to 2.93.
 *
 * @module
 */
import {
  api,
  type ApiOptions,
  describe,
  type Endpoint,
  keepSecret,
  markerPages,
  serverTime,
} from "../api.ts";
import { openstack, type ServiceOptions } from "../mod.ts";

/** A server, as the API shows it. */
export interface Server {
  id: string;
  name: string;
  status: string;
  "OS-EXT-STS:task_state": string | null;
  created: string;
  updated: string;
  flavor: { original_name: string; vcpus: number; ram: number; disk: number };
  image: { id: string } | "";
  addresses: Record<string, readonly { addr: string; version: number }[]>;
  metadata: Record<string, string>;
  tags: readonly string[];
  locked: boolean;
  fault?: { message: string };
}

/** What a new server is to be like; whatever else the API takes goes with it. */
export interface ServerSpec {
  flavorRef: string;
  imageRef?: string;
  networks?: "auto" | "none" | readonly object[];
  metadata?: Record<string, string>;
  tags?: readonly string[];
  readonly [more: string]: unknown;
}

/** Work in flight that the status does not show: a server that is being stopped is ACTIVE. */
const IN_FLIGHT: Readonly<Record<string, string>> = {
  "powering-off": "stopping",
  "powering-on": "starting",
  pausing: "pausing",
  unpausing: "unpausing",
  suspending: "suspending",
  resuming: "resuming",
  deleting: "deleting",
  rescuing: "rescuing",
  unrescuing: "unrescuing",
  shelving: "shelving",
  shelving_image_pending_upload: "shelving",
  shelving_image_uploading: "shelving",
  shelving_offloading: "shelving",
  unshelving: "unshelving",
  // From SHUTOFF it shows in the task alone.
  rebooting_hard: "HARD_REBOOT",
  reboot_pending_hard: "HARD_REBOOT",
  reboot_started_hard: "HARD_REBOOT",
};
/** Statuses in which a task that is not in the table above means that the server is busy with something. */
const RESTING = ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"];

const stateOf = (server: Server): string => {
  const task = server["OS-EXT-STS:task_state"];
  // It is built anew from its image.
  if (server.status === "SHELVED_OFFLOADED" && task === "spawning") return "unshelving";
  return task === null
    ? server.status
    : IN_FLIGHT[task] ?? (RESTING.includes(server.status) ? "busy" : server.status);
};

const path = (id: string, rest = "") => `/servers/${encodeURIComponent(id)}${rest}`;
const act = (name: string, said: unknown = null) => ({ id }: { id: string }) => ({
  method: "POST" as const,
  path: path(id, "/action"),
  body: { [name]: said },
});
/** Owners are refused nearly everything on a locked server. */
const unlocked = ({ record }: { record: Server }) =>
  record.locked ? "it is locked. Call unlock() first" : undefined;
/** Nova's names of actions in its list of actions, where they differ from the methods'. The list outlives the server. */
const AUDITED: Readonly<Record<string, string>> = { hardReboot: "reboot" };

interface InstanceAction {
  action: string;
  request_id: string;
  start_time: string;
  message: string | null;
}

interface ActionEvent {
  event: string;
  result: string | null;
  details?: string | null;
  traceback?: string | null;
}

/** Why an action failed: administrators see the reason, everybody what failed. */
async function readReason(endpoint: Endpoint, id: string, request: string, options: object) {
  const at = path(id, `/os-instance-actions/${encodeURIComponent(request)}`);
  const { body } = await endpoint.send({ method: "GET", path: at, priority: "action" }, options);
  const { instanceAction } = body as { instanceAction: { events?: readonly ActionEvent[] } };
  const failed = instanceAction.events?.find(({ result }) => result === "Error");
  if (!failed) return undefined;
  return failed.details || failed.traceback?.trim().split("\n").at(-1) ||
    `${failed.event} ended with an error`;
}

/** Evidence outside the server's record: a stop that the hypervisor refused leaves no other trace. */
async function readActions(endpoint: Endpoint, id: string, action: string, options: object) {
  const request = { method: "GET", path: path(id, "/os-instance-actions"), priority: "action" } as const;
  const { body, headers } = await endpoint.send(request, options);
  const { instanceActions } = body as { instanceActions: readonly InstanceAction[] };
  return {
    now: serverTime(headers, endpoint.clock.now()),
    entries: instanceActions.filter((one) => one.action === (AUDITED[action] ?? action)).map((one) => ({
      // It begins in this second, so it was at its end at the latest. One that began before ours in the same second would
      // still be under way, and ours refused.
      at: Date.parse(`${one.start_time.replace(/Z$/, "")}Z`) + 999,
      ok: one.message === null,
      why: () => readReason(endpoint, id, one.request_id, options),
    })),
  };
}

interface Flavor {
  id: string;
  name: string;
}

/** A flavor, by id or name. Flavors are read page by page, because a cloud may have more than one page shows. */
async function findFlavor(endpoint: Endpoint, wanted: string): Promise<[Flavor]> {
  const seen = new Map<string, Flavor>();
  for (let marker: string | undefined, more = true; more;) {
    const { body } = await endpoint.send({ method: "GET", path: "/flavors", query: { marker } });
    const { flavors } = body as { flavors: readonly Flavor[] };
    const fresh = flavors.filter(({ id }) => !seen.has(id));
    for (const flavor of fresh) seen.set(flavor.id, flavor);
    marker = fresh.at(-1)?.id;
    more = marker !== undefined;
  }
  const all = [...seen.values()];
  const found = all.filter(({ id }) => id === wanted);
  if (found.length === 0) found.push(...all.filter(({ name }) => name === wanted));
  if (found.length === 1) return [found[0]!];
  throw new Error(
    found.length > 1
      ? `Cannot resize to ${wanted}: ${found.length} flavors have this name. Give an id: ${
        found.map(({ id }) => id).join(", ")
      }.`
      : `Cannot resize to ${wanted}: there is no such flavor. There are ${
        all.map(({ name }) => name).toSorted().join(", ")
      }.`,
  );
}

/** Whether a server has a flavor: while it is being resized it has the old one, and in VERIFY_RESIZE the new one. */
const hasFlavor = (server: Server, flavor: string | Flavor) =>
  server.flavor.original_name === (typeof flavor === "string" ? flavor : flavor.name);

const passwords = new Map<string, string>();

/**
 * The password that Nova made for a server that this process has created. It is returned once, and then forgotten. No output,
 * journal or report has it. Undefined if Nova made none, or if it was taken before.
 *
 *     const { succeeded } = await servers.create({ name: "web-1", flavorRef: "m1.small" }).waitUntil("ACTIVE");
 *     await Deno.writeTextFile("/secure/web-1", takeAdminPassword(succeeded[0].id)!, { mode: 0o600 });
 */
export function takeAdminPassword(id: string): string | undefined {
  const password = passwords.get(id);
  passwords.delete(id);
  return password;
}

/** Checks a password in an action's arguments, and keeps it out of every output. */
function checkPassword(password: string): void {
  if (typeof password !== "string" || password === "") {
    throw new TypeError("A password is a text, and not empty.");
  }
  keepSecret(password);
}

/**
 * Servers, described.
 *
 * @param options `admin`: whether an administrator acts, because a lock does not stop one. Default false.
 */
export const describeServers = ({ admin = false }: { admin?: boolean } = {}) => {
  const obstacle = admin ? () => undefined : unlocked;
  return describe({
    kind: "server",
    path: "/servers",
    states: [
      "BUILD",
      "ACTIVE",
      "SHUTOFF",
      "PAUSED",
      "SUSPENDED",
      "ERROR",
      "REBOOT",
      "HARD_REBOOT",
      "REBUILD",
      "RESIZE",
      "VERIFY_RESIZE",
      "REVERT_RESIZE",
      "MIGRATING",
      "PASSWORD",
      "RESCUE",
      "SHELVED",
      "SHELVED_OFFLOADED",
      "SOFT_DELETED",
      "UNKNOWN",
      "DELETED",
      // In-flight states besides the API's own statuses.
      "stopping",
      "starting",
      "pausing",
      "unpausing",
      "suspending",
      "resuming",
      "confirming",
      "rescuing",
      "unrescuing",
      "shelving",
      "unshelving",
      "deleting",
      "busy",
    ],
    drift: {
      BUILD: ["ACTIVE", "ERROR"],
      REBOOT: ["ACTIVE", "ERROR"],
      HARD_REBOOT: ["ACTIVE", "ERROR"],
      REBUILD: ["ACTIVE", "SHUTOFF", "ERROR"],
      // If it is back in ACTIVE, no host had room for it. That is a way, but not one of success.
      RESIZE: ["VERIFY_RESIZE", "ERROR"],
      REVERT_RESIZE: ["ACTIVE", "SHUTOFF", "ERROR"],
      MIGRATING: ["ACTIVE", "ERROR"],
      PASSWORD: ["ACTIVE"],
      stopping: ["SHUTOFF", "ERROR"],
      starting: ["ACTIVE", "ERROR"],
      SHELVED: ["SHELVED_OFFLOADED"],
      rescuing: ["RESCUE", "ERROR"],
      unrescuing: ["ACTIVE", "ERROR"],
      shelving: ["SHELVED", "SHELVED_OFFLOADED", "ERROR"],
      unshelving: ["ACTIVE", "SHUTOFF", "ERROR"],
      pausing: ["PAUSED", "ERROR"],
      unpausing: ["ACTIVE", "ERROR"],
      suspending: ["SUSPENDED", "ERROR"],
      resuming: ["ACTIVE", "ERROR"],
      confirming: ["ACTIVE", "SHUTOFF", "ERROR"],
      deleting: ["DELETED", "SOFT_DELETED", "ERROR"],
      busy: ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR"],
    },
    opaque: ["UNKNOWN"],
    failures: ["ERROR"],
    gone: { state: "DELETED", statuses: [404] },
    columns: ["id", "name", "status", "flavor", "addresses"],
    state: stateOf,
    mark: (server: Server) => `${server.updated} ${server.status} ${server["OS-EXT-STS:task_state"]}`,
    markTime: (server) => ({ at: Date.parse(server.updated), unit: 1000 }),
    fault: (server) => server.fault?.message,
    read: (body) => (body as { server: Server }).server,
    isId: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
    list: (at, id) => markerPages<Server>({ items: "servers", filters: ["status"] })(`${at}/detail`, id),
    audit: {
      of: [
        "stop",
        "start",
        "reboot",
        "hardReboot",
        "pause",
        "unpause",
        "suspend",
        "resume",
        "resize",
        "confirmResize",
        "revertResize",
        "rebuild",
        "rescue",
        "unrescue",
        "shelve",
        "unshelve",
        "changePassword",
        "delete",
      ],
      read: readActions,
    },
    create: {
      enters: "BUILD",
      request: (spec: ServerSpec, name) => {
        const { count: _, name: __, ...rest } = spec;
        return { method: "POST", path: "/servers", body: { server: { networks: "auto", ...rest, name } } };
      },
      // The answer has an id and a password of the new server, which must not appear in any log.
      idIn(body) {
        const { id, adminPass } = (body as { server: { id: string; adminPass?: string } }).server;
        if (adminPass) {
          keepSecret(adminPass);
          passwords.set(id, adminPass);
        }
        return id;
      },
      fits: (server: Server, { tags = [] }: ServerSpec) => tags.every((tag) => server.tags.includes(tag)),
      madeAt: (server: Server) => Date.parse(server.created),
    },
    actions: {
      start: {
        from: ["SHUTOFF"],
        enters: "starting",
        repeatable: true,
        obstacle,
        request: act("os-start"),
      },
      stop: {
        from: ["ACTIVE", "ERROR"],
        enters: "stopping",
        repeatable: true,
        obstacle,
        request: act("os-stop"),
      },
      reboot: {
        from: ["ACTIVE"],
        enters: "REBOOT",
        always: true,
        leavesMark: true,
        obstacle,
        request: act("reboot", { type: "SOFT" }),
      },
      pause: {
        from: ["ACTIVE"],
        enters: "pausing",
        inverse: "unpause",
        repeatable: true,
        obstacle,
        request: act("pause"),
      },
      unpause: {
        from: ["PAUSED"],
        enters: "unpausing",
        inverse: "pause",
        repeatable: true,
        obstacle,
        request: act("unpause"),
      },
      suspend: {
        from: ["ACTIVE"],
        enters: "suspending",
        inverse: "resume",
        repeatable: true,
        obstacle,
        request: act("suspend"),
      },
      resume: {
        from: ["SUSPENDED"],
        enters: "resuming",
        inverse: "suspend",
        repeatable: true,
        obstacle,
        request: act("resume"),
      },
      /** Switches it off and on, whatever it is doing. */
      hardReboot: {
        from: ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR"],
        enters: "HARD_REBOOT",
        always: true,
        leavesMark: true,
        obstacle,
        request: act("reboot", { type: "HARD" }),
      },
      /** Puts its disk into an image, and takes it off its host. */
      shelve: {
        from: ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"],
        enters: "shelving",
        inverse: "unshelve",
        repeatable: true,
        obstacle,
        request: act("shelve"),
      },
      unshelve: {
        from: ["SHELVED", "SHELVED_OFFLOADED"],
        enters: "unshelving",
        inverse: "shelve",
        repeatable: true,
        obstacle,
        request: act("unshelve"),
      },
      /** Boots it from a rescue image, with its own disk beside. The password is for that system. */
      rescue: {
        from: ["ACTIVE", "SHUTOFF", "ERROR"],
        enters: "rescuing",
        inverse: "unrescue",
        repeatable: true,
        obstacle,
        check: checkPassword,
        label: () => "rescue(…)",
        request: ({ id }, password: string) => act("rescue", { adminPass: password })({ id }),
      },
      unrescue: {
        from: ["RESCUE"],
        enters: "unrescuing",
        inverse: "rescue",
        repeatable: true,
        obstacle,
        request: act("unrescue"),
      },
      /** Sets the administrator's password of the system on it, where its hypervisor can. */
      changePassword: {
        from: ["ACTIVE"],
        enters: "PASSWORD",
        always: true,
        leavesMark: true,
        obstacle,
        check: checkPassword,
        label: () => "changePassword(…)",
        request: ({ id }, password: string) => act("changePassword", { adminPass: password })({ id }),
      },
      /** Another flavor, by name or id. It is in VERIFY_RESIZE then, until it is confirmed or taken back. */
      resize: {
        from: ["ACTIVE", "SHUTOFF"],
        enters: "RESIZE",
        obstacle,
        changes: ["flavor"],
        prepare: async (endpoint, flavor: string) => await findFlavor(endpoint, flavor),
        done: (server, flavor: string | Flavor) => hasFlavor(server, flavor),
        happened: (server, flavor: string | Flavor) =>
          server.status === "RESIZE" || (server.status === "VERIFY_RESIZE" && hasFlavor(server, flavor)),
        label: (flavor: string | Flavor) =>
          `resize(${JSON.stringify(typeof flavor === "string" ? flavor : flavor.name)})`,
        request: ({ id }, flavor: string | Flavor) =>
          act("resize", { flavorRef: typeof flavor === "string" ? flavor : flavor.id })({ id }),
      },
      confirmResize: {
        from: ["VERIFY_RESIZE"],
        enters: "confirming",
        via: ["VERIFY_RESIZE"],
        obstacle,
        changes: ["flavor"],
        request: act("confirmResize"),
      },
      revertResize: {
        from: ["VERIFY_RESIZE"],
        enters: "REVERT_RESIZE",
        obstacle,
        changes: ["flavor"],
        request: act("revertResize"),
      },
      /** Rebuilds its disk from an image, by the image's id. The data on it is lost. */
      rebuild: {
        from: ["ACTIVE", "SHUTOFF", "ERROR"],
        enters: "REBUILD",
        always: true,
        destructive: true,
        obstacle,
        changes: ["image", "metadata"],
        request: ({ id }, image: string) => act("rebuild", { imageRef: image })({ id }),
      },
      lock: {
        notFrom: ["DELETED", "deleting", "SOFT_DELETED", "UNKNOWN"],
        inverse: "unlock",
        part: "lock",
        changes: ["locked"],
        done: (server) => server.locked,
        makes: () => ({ locked: true }),
        request: act("lock"),
      },
      unlock: {
        notFrom: ["DELETED", "deleting", "SOFT_DELETED", "UNKNOWN"],
        inverse: "lock",
        part: "lock",
        changes: ["locked"],
        done: (server) => !server.locked,
        makes: () => ({ locked: false }),
        request: act("unlock"),
      },
      /** Adds a tag, which is one word. */
      tag: {
        from: RESTING as ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"],
        changes: ["tags"],
        check: checkTag,
        done: (server, tag: string) => server.tags.includes(tag),
        request: ({ id }, tag: string) => ({
          method: "PUT",
          path: path(id, `/tags/${encodeURIComponent(tag)}`),
        }),
      },
      untag: {
        from: RESTING as ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"],
        changes: ["tags"],
        check: checkTag,
        done: (server, tag: string) => !server.tags.includes(tag),
        request: ({ id }, tag: string) => ({
          method: "DELETE",
          path: path(id, `/tags/${encodeURIComponent(tag)}`),
        }),
      },
      /** Sets metadata, and keeps the rest. */
      setMetadata: {
        from: RESTING as ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"],
        changes: ["metadata"],
        obstacle,
        done: (server, values: Record<string, string>) =>
          Object.entries(values).every(([key, value]) => server.metadata[key] === value),
        request: ({ id }, values: Record<string, string>) => ({
          method: "POST",
          path: path(id, "/metadata"),
          body: { metadata: values },
        }),
      },
      rename: {
        notFrom: ["DELETED", "deleting", "SOFT_DELETED", "UNKNOWN"],
        changes: ["name"],
        done: (server, name: string) => server.name === name,
        request: ({ id }, name: string) => ({ method: "PUT", path: path(id), body: { server: { name } } }),
      },
      delete: {
        // Whatever it is doing. Right after a resize was confirmed Nova answers 500, and the server is in ERROR.
        notFrom: ["DELETED", "deleting", "confirming", "SOFT_DELETED", "UNKNOWN"],
        enters: "deleting",
        // A resize that waits for confirmation is confirmed first.
        via: ["ACTIVE"],
        destructive: true,
        repeatable: true,
        obstacle,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
  });
};

/** Servers as their owners see them. */
export const server = describeServers();

function checkTag(tag: string): void {
  if (typeof tag === "string" && tag !== "" && tag.length <= 60 && !/[/,]/.test(tag)) return;
  throw new TypeError(
    `A tag is a text of 1 to 60 characters without / and commas, not ${JSON.stringify(tag)}.`,
  );
}

/** What servers are reached with. */
export type ComputeOptions =
  & Partial<ServiceOptions>
  & Pick<ApiOptions, "concurrency" | "debug">
  & {
    /** What plans and journals call it, where one process has several. Default `nova`. */
    name?: string;
    /** Whether an administrator acts, because a lock does not stop one. Default false. */
    admin?: boolean;
  };

/** The servers of a project. The cloud is found as OpenStack's own tools find it, unless it is given. */
export function compute(options: ComputeOptions = {}) {
  const { name = "nova", admin = false, concurrency, debug, ...login } = options;
  const service = openstack({ ...login, serviceType: login.serviceType ?? "compute" });
  const { fetch, clock } = login;
  return api(name, {
    ...service,
    // Old catalogues have the project in the address, where the versions are not told.
    url: async () => (await service.url()).replace(/(\/v2\.1)\/[^/]+\/?$/, "$1"),
    concurrency,
    debug,
    fetch,
    clock,
    version: {
      header: "openstack-api-version",
      min: "2.79",
      max: "2.93",
      value: (version) => `compute ${version}`,
      async discover(endpoint) {
        const { body } = await endpoint.send({ method: "GET", path: "/" });
        const { version: { min_version: min, version: max } } = body as {
          version: { min_version: string; version: string };
        };
        return max === "" ? undefined : { min, max };
      },
    },
    requestIdHeader: "x-openstack-request-id",
  }).of(admin ? describeServers({ admin }) : server);
}
