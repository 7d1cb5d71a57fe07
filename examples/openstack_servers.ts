/**
 * OpenStack Compute (Nova) on muster's engine, made only of muster's public exports: a login, and a description.
 *
 *     import { compute } from "./openstack_servers.ts";
 *     const servers = compute({ cloud: "staging" });
 *     await servers().where({ name: /^test-/ }).stop().waitUntil("SHUTOFF").delete();
 *
 * The facts are those of Nova 26 with microversion 2.79, which OpenStack has had since Train.
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

/** The record of a server. */
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

/** The specification of a new server. Any other property that the API accepts is sent too. */
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
};
/** In these statuses a task that is not in the table above means that the server is busy. */
const RESTING = ["ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"];

const stateOf = (server: Server): string => {
  const task = server["OS-EXT-STS:task_state"];
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
/** Nova refuses its owner nearly every action on a locked server. */
const unlocked = ({ record }: { record: Server }) =>
  record.locked ? "it is locked. Call unlock() first" : undefined;
/** Nova's names of actions in its list of actions, which outlives the server. */
const AUDITED: Readonly<Record<string, string>> = { delete: "delete", confirmResize: "confirmResize" };

interface InstanceAction {
  action: string;
  start_time: string;
  message: string | null;
}

/** Evidence outside the server's record: a stop that the hypervisor refused leaves no other trace. */
async function readActions(endpoint: Endpoint, id: string, action: string, options: object) {
  const request = { method: "GET", path: path(id, "/os-instance-actions"), priority: "action" } as const;
  const { body, headers } = await endpoint.send(request, options);
  const { instanceActions } = body as { instanceActions: readonly InstanceAction[] };
  return {
    now: serverTime(headers, endpoint.clock.now()),
    entries: instanceActions.filter((one) => one.action === (AUDITED[action] ?? action)).map((one) => ({
      // The action began within this second, so the end of the second is the latest time. An action that began before
      // ours in the same second would still be running, and ours would have been refused.
      at: Date.parse(`${one.start_time.replace(/Z$/, "")}Z`) + 999,
      ok: one.message === null,
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

/** Whether a server has a flavor: during a resize it has the old one, and in VERIFY_RESIZE the new one. */
const hasFlavor = (server: Server, flavor: string | Flavor) =>
  server.flavor.original_name === (typeof flavor === "string" ? flavor : flavor.name);

/** Servers, described. */
export const server = describe({
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
    RESCUE: ["ACTIVE"],
    SHELVED: ["SHELVED_OFFLOADED"],
    SHELVED_OFFLOADED: ["ACTIVE"],
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
  audit: { of: ["stop", "start", "reboot", "resize", "confirmResize", "delete"], read: readActions },
  create: {
    enters: "BUILD",
    request: (spec: ServerSpec, name) => {
      const { count: _, name: __, ...rest } = spec;
      return { method: "POST", path: "/servers", body: { server: { networks: "auto", ...rest, name } } };
    },
    // The answer has an id and a password of the new server, which must not appear in any log.
    idIn(body) {
      const { id, adminPass } = (body as { server: { id: string; adminPass?: string } }).server;
      if (adminPass) keepSecret(adminPass);
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
      obstacle: unlocked,
      request: act("os-start"),
    },
    stop: {
      from: ["ACTIVE", "ERROR"],
      enters: "stopping",
      repeatable: true,
      obstacle: unlocked,
      request: act("os-stop"),
    },
    reboot: {
      from: ["ACTIVE"],
      enters: "REBOOT",
      always: true,
      leavesMark: true,
      obstacle: unlocked,
      request: act("reboot", { type: "SOFT" }),
    },
    pause: {
      from: ["ACTIVE"],
      enters: "pausing",
      inverse: "unpause",
      repeatable: true,
      obstacle: unlocked,
      request: act("pause"),
    },
    unpause: {
      from: ["PAUSED"],
      enters: "unpausing",
      inverse: "pause",
      repeatable: true,
      obstacle: unlocked,
      request: act("unpause"),
    },
    /**
     * Another flavor, by name or id. The server is then in VERIFY_RESIZE, until the resize is confirmed or reverted.
     */
    resize: {
      from: ["ACTIVE", "SHUTOFF"],
      enters: "RESIZE",
      obstacle: unlocked,
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
      obstacle: unlocked,
      changes: ["flavor"],
      request: act("confirmResize"),
    },
    revertResize: {
      from: ["VERIFY_RESIZE"],
      enters: "REVERT_RESIZE",
      obstacle: unlocked,
      changes: ["flavor"],
      request: act("revertResize"),
    },
    /** Rebuilds its disk from an image, by the image's id. The data on it is lost. */
    rebuild: {
      from: ["ACTIVE", "SHUTOFF", "ERROR"],
      enters: "REBUILD",
      always: true,
      destructive: true,
      obstacle: unlocked,
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
      obstacle: unlocked,
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
      // In any other state, whatever it is doing. Right after a resize was confirmed Nova answers 500, and the server
      // is in ERROR.
      notFrom: ["DELETED", "deleting", "confirming", "SOFT_DELETED", "UNKNOWN"],
      enters: "deleting",
      // A resize that waits for confirmation is confirmed first.
      via: ["ACTIVE"],
      destructive: true,
      repeatable: true,
      obstacle: unlocked,
      request: ({ id }) => ({ method: "DELETE", path: path(id) }),
    },
  },
});

function checkTag(tag: string): void {
  if (typeof tag === "string" && tag !== "" && tag.length <= 60 && !/[/,]/.test(tag)) return;
  throw new TypeError(
    `A tag is a text of 1 to 60 characters without / and commas, not ${JSON.stringify(tag)}.`,
  );
}

/** The servers of a project. The cloud is found as OpenStack's own tools find it, unless it is given. */
export function compute(
  options: Partial<ServiceOptions> & Pick<ApiOptions, "concurrency" | "debug"> & { microversion?: string } =
    {},
) {
  const { microversion = "2.79", concurrency, debug, ...login } = options;
  const service = openstack({ ...login, serviceType: login.serviceType ?? "compute" });
  const { fetch, clock } = login;
  return api("nova", {
    ...service,
    concurrency,
    debug,
    fetch,
    clock,
    headers: { "openstack-api-version": `compute ${microversion}` },
    requestIdHeader: "x-openstack-request-id",
  }).of(server);
}
