/** `muster ls`: lists machines, databases and other things. @module */
import { visibleJson } from "../../engine/text/visible.ts";
import { SelectionError } from "../../engine/errors.ts";
import { beginSession, session } from "../../engine/run/session.ts";
import type { Datacenter } from "../../clouds/cloudapi/datacenter.ts";
import type { DatabaseService } from "../../clouds/openstack/trove/dbaas.ts";
import { readCommand } from "./help.ts";
import type { Command } from "../command.ts";
import { API, COMMON, LISTING, type Options, refuseMistakes } from "../options.ts";
import { EXIT, UsageError } from "../exit_codes.ts";
import { isChain, stateOf } from "../../engine/chain/chain.ts";
import { columnsOf } from "../../engine/resource/columns.ts";
import type { AnyResource } from "../../engine/resource/describe.ts";
import type { OwnKind } from "../apis.ts";
import { suggest } from "../../engine/select/did_you_mean.ts";

/** One kind of thing to list. */
export interface ListedKind {
  readonly cloud: "dc" | "dbaas";
  /** The fields that are shown. Default: the columns of the resource's description. */
  readonly columns?: readonly string[];
  /** The list: a selection, or records. If the handle itself filters, only the matching records. */
  list(handle: Datacenter & DatabaseService, where?: Conditions): PromiseLike<unknown>;
  /** Whether `list` applies the conditions. Default: false; its result is a selection, or is filtered here. */
  readonly chooses?: true;
}

type Conditions = Readonly<Record<string, string | RegExp>>;

/** The kinds that can be listed. */
export const KINDS: Readonly<Record<string, ListedKind>> = {
  machines: { cloud: "dc", list: (dc) => dc.machines() },
  images: { cloud: "dc", list: (dc) => dc.images() },
  packages: {
    cloud: "dc",
    columns: ["id", "name", "memory", "disk", "vcpus"],
    list: (dc, where) => dc.packages(where as object),
    chooses: true,
  },
  networks: {
    cloud: "dc",
    columns: ["id", "name", "public", "subnet", "fabric"],
    list: (dc, where) => dc.networks(where as object),
    chooses: true,
  },
  volumes: {
    cloud: "dc",
    columns: ["id", "name", "state", "size", "type"],
    list: (dc, where) => dc.volumes(where as object),
    chooses: true,
  },
  keys: { cloud: "dc", columns: ["name", "fingerprint"], list: (dc) => dc.keys() },
  datacenters: {
    cloud: "dc",
    columns: ["name", "url"],
    list: async (dc) => Object.entries(await dc.datacenters()).map(([name, url]) => ({ name, url })),
  },
  instances: { cloud: "dbaas", list: (dbaas) => dbaas.instances() },
  backups: { cloud: "dbaas", list: (dbaas) => dbaas.backups() },
  clusters: { cloud: "dbaas", list: (dbaas) => dbaas.clusters() },
};

const { profile, debug } = COMMON;
const OPTIONS: Options = {
  profile: profile!,
  cloud: { kind: "value", value: "NAME", about: "for databases: the cloud of clouds.yaml, or a region" },
  where: {
    kind: "many",
    value: "KEY=VALUE",
    about: "only with this attribute: state=running; /text/ is a pattern",
  },
  columns: { kind: "value", short: "o", value: "A,B", about: "which fields, instead of the usual ones" },
  sort: { kind: "value", short: "s", value: "FIELD", about: "sort by a field; -FIELD turns it round" },
  api: API,
  debug: debug!,
  ...LISTING,
};

/** See `muster ls --help`. */
export const command: Command = {
  usage: "ls [kind] [tag=value …]",
  about: `list ${Object.keys(KINDS).join(", ")}`,
  options: OPTIONS,
  async run(typed, io) {
    const example =
      "muster ls                        (machines)\nmuster ls machines type=test --where state=running\n" +
      "muster ls images --profile=sim --json\nmuster ls jobs --api=./farm.ts";
    const read = readCommand(this, typed, OPTIONS, example, io, () => {});
    if (!read) return EXIT.done;
    const mistakes: string[] = [];
    const words = [...read.words];
    const files = (read.values.api ?? []) as string[];
    const own = files.length > 0 ? await kindsOf(files) : [];
    const usual = own.length === 1 ? own[0]!.plural : "machines";
    const name = words[0] !== undefined && !words[0].includes("=") ? words.shift()! : usual;
    const kind = kindNamed(name, own, mistakes);
    const tags = pairs(words, "a tag", mistakes);
    const where = pairs((read.values.where ?? []) as string[], "--where", mistakes);
    if (words.length > 0 && kind && !hasTags(kind)) {
      mistakes.push(`${own.length > 0 ? `${name} have no` : "only machines have"} tags: ${words.join(" ")}`);
    }
    if (kind && "cloud" in kind && kind.cloud === "dc" && read.values.cloud !== undefined) {
      mistakes.push("--cloud is for databases: instances, backups, clusters");
    }
    if (kind && "cloud" in kind && kind.cloud === "dbaas" && read.values.profile !== undefined) {
      mistakes.push("--profile is for datacenters; a cloud of clouds.yaml is --cloud=NAME");
    }
    const conditions = Object.entries(where).map(([key, text]) =>
      [key, conditionOf(text, mistakes)] as const
    );
    refuseMistakes("ls", mistakes);
    const end = read.values.debug && !session() ? beginSession({ debug: true }) : () => {};
    try {
      const { records: chosen, resource } = await list(kind!, read.values, tags, conditions);
      const sort = read.values.sort as string | undefined;
      if (chosen.length > 0) checkFields(chosen, [sort?.replace(/^-/, "")]);
      if (sort !== undefined) chosen.sort(by(sort.replace(/^-/, ""), sort.startsWith("-") ? -1 : 1));
      if (read.values.json) io.out(chosen.map((record) => `${visibleJson(record)}\n`).join(""));
      else if (chosen.length > 0) {
        const { table } = await import("../table.ts");
        const columns = (read.values.columns as string | undefined)?.split(",").map((one) => one.trim());
        checkFields(chosen, columns ?? []);
        const usual = "cloud" in kind! ? kind.columns : undefined;
        io.out(table(chosen, columns ?? usual ?? (resource && columnsOf(resource, chosen))));
      } else if (!read.values.quiet) {
        io.err(`No ${name} match.\n`);
      }
      return chosen.length === 0 ? EXIT.nothing : EXIT.done;
    } finally {
      end();
    }
  },
};

/** Refuses fields that no record has. */
function checkFields(records: readonly Record<string, unknown>[], fields: readonly (string | undefined)[]) {
  const known = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const unknown = fields.filter((one) => one !== undefined && !known.includes(one)) as string[];
  refuseMistakes("ls", unknown.map((one) => `${one} is not a field; ${suggest(one, known)}`));
}

/** What is listed, and its resource, if it has one. */
interface Listed {
  readonly records: Record<string, unknown>[];
  readonly resource?: AnyResource;
}

/** The kinds that the user's own files describe. */
async function kindsOf(files: readonly string[]): Promise<readonly OwnKind[]> {
  const { loadApis, ownKinds } = await import("../apis.ts");
  await loadApis(files, "ls");
  return ownKinds();
}

/** The kind with a singular or plural name. */
function kindNamed(
  name: string,
  own: readonly OwnKind[],
  mistakes: string[],
): ListedKind | OwnKind | undefined {
  const found = own.filter(({ plural, resource }) => plural === name || resource.kind === name);
  if (found.length > 1) {
    mistakes.push(
      `${name} is a kind of several APIs: ${found.map(({ api }) => String(api.handle)).join(", ")}`,
    );
  }
  if (found.length > 0) return found[0];
  const known = [name, `${name}s`].find((one) => Object.hasOwn(KINDS, one));
  // If the user names files of their own, the kind belongs to those.
  if (known !== undefined && own.length === 0) return KINDS[known];
  const there = own.length > 0 ? own.map(({ plural }) => plural) : Object.keys(KINDS);
  mistakes.push(`there is no kind ${name}; ${suggest(name, there)}`);
  return undefined;
}

const hasTags = (kind: ListedKind | OwnKind): boolean =>
  "cloud" in kind ? kind === KINDS.machines : kind.resource.tags !== undefined;

async function list(
  kind: ListedKind | OwnKind,
  values: Readonly<Record<string, unknown>>,
  tags: Record<string, string>,
  conditions: readonly (readonly [string, string | RegExp])[],
): Promise<Listed> {
  const where = conditions.length > 0 ? Object.fromEntries(conditions) : undefined;
  if (!("cloud" in kind)) {
    const { api, resource } = kind;
    const all = { ...where, ...Object.keys(tags).length > 0 ? { tags } : {} };
    const chosen = async () => await api.select(resource, all);
    return { records: await chosen().catch(mistaken) as Record<string, unknown>[], resource };
  }
  let handle: Datacenter & DatabaseService;
  if (kind.cloud === "dbaas") {
    const { dbaas } = await import("../../clouds/openstack/trove/dbaas.ts");
    handle = dbaas(values.cloud as string | undefined) as never;
  } else {
    const { dc } = await import("../../clouds/cloudapi/datacenter.ts");
    handle = dc(values.profile as string | undefined) as never;
  }
  if (kind.chooses) {
    return { records: await kind.list(handle, where).then(undefined, mistaken) as Record<string, unknown>[] };
  }
  let listed = Object.keys(tags).length > 0 ? handle.machines(tags) : kind.list(handle);
  const of = isChain(listed) ? { resource: stateOf(listed).resource } : {};
  const records = async () => ({ records: await listed as Record<string, unknown>[], ...of });
  if (where === undefined) return await records();
  // Sent to the server where possible, because a list omits failed machines unless they are asked for.
  const { where: narrowed } = listed as { where?: (where: object) => PromiseLike<unknown> };
  if (typeof narrowed === "function") {
    try {
      listed = narrowed.call(listed, where) as typeof listed;
    } catch (error) {
      mistaken(error);
    }
    return await records();
  }
  const { records: all } = await records();
  if (all.length > 0) checkFields(all, Object.keys(where));
  return { records: all.filter((record) => conditions.every(([key, wanted]) => fits(record[key], wanted))) };
}

/** An invalid condition is a mistake on the command line. */
function mistaken(error: unknown): never {
  throw error instanceof SelectionError ? new UsageError(error.message, "ls") : error;
}

/** The value to compare a field with: a text, or a pattern between slashes. */
function conditionOf(text: string, mistakes: string[]): string | RegExp {
  const [, pattern, flags] = /^\/(.+)\/(i?)$/.exec(text) ?? [];
  if (pattern === undefined) return text;
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    mistakes.push(`--where has an invalid pattern: ${(error as Error).message}`);
    return text;
  }
}

function pairs(words: readonly string[], what: string, mistakes: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1 || at === word.length - 1) mistakes.push(`${what} must be key=value: ${word}`);
    else found[word.slice(0, at)] = word.slice(at + 1);
  }
  return found;
}

/** Whether a field, or one of its elements, matches. */
function fits(value: unknown, wanted: string | RegExp): boolean {
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return texts.some((text) => typeof wanted === "string" ? text === wanted : wanted.test(text));
}

const by = (key: string, way: 1 | -1) => (a: Record<string, unknown>, b: Record<string, unknown>) => {
  const [x, y] = [a[key], b[key]];
  if (typeof x === "number" && typeof y === "number") return (x - y) * way;
  return (String(x ?? "") < String(y ?? "") ? -1 : String(x ?? "") > String(y ?? "") ? 1 : 0) * way;
};
