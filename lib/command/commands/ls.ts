/** `muster ls`: lists what there is. @module */
import { visibleJson } from "../../engine/text/visible.ts";
import { SelectionError } from "../../engine/errors.ts";
import { beginSession, session } from "../../engine/run/session.ts";
import type { Datacenter } from "../../clouds/cloudapi/datacenter.ts";
import type { DatabaseService } from "../../clouds/openstack/trove/dbaas.ts";
import { readCommand } from "./help.ts";
import type { Command } from "../command.ts";
import { COMMON, LISTING, type Options, refuseMistakes } from "../options.ts";
import { EXIT, UsageError } from "../exit_codes.ts";
import { suggest } from "../../engine/select/nearest.ts";

/** One kind of thing that is listed. */
export interface Kind {
  readonly cloud: "dc" | "dbaas";
  readonly columns: readonly string[];
  /** The list: a selection, or records of which those are chosen that fit, where the handle does that itself. */
  list(handle: Datacenter & DatabaseService, where?: Conditions): PromiseLike<unknown>;
  /** Whether `list` heeds its conditions. Default: what it gives is a selection, or is tested here. */
  readonly chooses?: true;
}

type Conditions = Readonly<Record<string, string | RegExp>>;

/** What can be listed. */
export const KINDS: Readonly<Record<string, Kind>> = {
  machines: {
    cloud: "dc",
    columns: ["id", "name", "state", "package", "primaryIp", "tags"],
    list: (dc) => dc.machines(),
  },
  images: {
    cloud: "dc",
    columns: ["id", "name", "version", "os", "state", "type"],
    list: (dc) => dc.images(),
  },
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
  instances: {
    cloud: "dbaas",
    columns: ["id", "name", "status", "operating_status", "datastore", "flavor"],
    list: (dbaas) => dbaas.instances(),
  },
  backups: {
    cloud: "dbaas",
    columns: ["id", "name", "status", "instance_id", "size", "created"],
    list: (dbaas) => dbaas.backups(),
  },
  clusters: {
    cloud: "dbaas",
    columns: ["id", "name", "task", "datastore"],
    list: (dbaas) => dbaas.clusters(),
  },
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
      "muster ls images --profile=sim --json";
    const read = readCommand(this, typed, OPTIONS, example, io, () => {});
    if (!read) return EXIT.done;
    const mistakes: string[] = [];
    const words = [...read.words];
    const name = words[0] !== undefined && !words[0].includes("=") ? words.shift()! : "machines";
    const kind = Object.hasOwn(KINDS, name)
      ? KINDS[name]
      : Object.hasOwn(KINDS, `${name}s`)
      ? KINDS[`${name}s`]
      : undefined;
    if (!kind) mistakes.push(`there is no kind ${name}; ${suggest(name, Object.keys(KINDS))}`);
    const tags = pairs(words, "a tag", mistakes);
    const where = pairs((read.values.where ?? []) as string[], "--where", mistakes);
    if (words.length > 0 && kind && kind !== KINDS.machines) {
      mistakes.push(`only machines have tags: ${words.join(" ")}`);
    }
    if (kind?.cloud === "dc" && read.values.cloud !== undefined) {
      mistakes.push("--cloud is for databases: instances, backups, clusters");
    }
    if (kind?.cloud === "dbaas" && read.values.profile !== undefined) {
      mistakes.push("--profile is for datacenters; a cloud of clouds.yaml is --cloud=NAME");
    }
    const conditions = Object.entries(where).map(([key, text]) =>
      [key, conditionOf(text, mistakes)] as const
    );
    refuseMistakes("ls", mistakes);
    const end = read.values.debug && !session() ? beginSession({ debug: true }) : () => {};
    try {
      const chosen = await list(kind!, read.values, tags, conditions);
      const sort = read.values.sort as string | undefined;
      if (chosen.length > 0) checkFields(chosen, [sort?.replace(/^-/, "")]);
      if (sort !== undefined) chosen.sort(by(sort.replace(/^-/, ""), sort.startsWith("-") ? -1 : 1));
      if (read.values.json) io.out(chosen.map((record) => `${visibleJson(record)}\n`).join(""));
      else if (chosen.length > 0) {
        const { table } = await import("../table.ts");
        const columns = (read.values.columns as string | undefined)?.split(",").map((one) => one.trim());
        checkFields(chosen, columns ?? []);
        io.out(table(chosen, columns ?? kind!.columns));
      } else if (!read.values.quiet) {
        io.err(`There are no such ${name}.\n`);
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
  refuseMistakes("ls", unknown.map((one) => `there is no field ${one}; ${suggest(one, known)}`));
}

async function list(
  kind: Kind,
  values: Readonly<Record<string, unknown>>,
  tags: Record<string, string>,
  conditions: readonly (readonly [string, string | RegExp])[],
): Promise<Record<string, unknown>[]> {
  const where = conditions.length > 0 ? Object.fromEntries(conditions) : undefined;
  let handle: Datacenter & DatabaseService;
  if (kind.cloud === "dbaas") {
    const { dbaas } = await import("../../clouds/openstack/trove/dbaas.ts");
    handle = dbaas(values.cloud as string | undefined) as never;
  } else {
    const { dc } = await import("../../clouds/cloudapi/datacenter.ts");
    handle = dc(values.profile as string | undefined) as never;
  }
  if (kind.chooses) {
    return await kind.list(handle, where).then(undefined, mistaken) as Record<string, unknown>[];
  }
  let listed = Object.keys(tags).length > 0 ? handle.machines(tags) : kind.list(handle);
  if (where === undefined) return await listed as Record<string, unknown>[];
  // Told to the server where it can be: a list leaves out failed machines unless they are asked for.
  const { where: narrowed } = listed as { where?: (where: object) => PromiseLike<unknown> };
  if (typeof narrowed === "function") {
    try {
      listed = narrowed.call(listed, where) as typeof listed;
    } catch (error) {
      mistaken(error);
    }
    return await listed as Record<string, unknown>[];
  }
  const records = await listed as Record<string, unknown>[];
  if (records.length > 0) checkFields(records, Object.keys(where));
  return records.filter((record) => conditions.every(([key, wanted]) => fits(record[key], wanted)));
}

/** A condition that cannot be right is a mistake of whoever typed it. */
function mistaken(error: unknown): never {
  throw error instanceof SelectionError ? new UsageError(error.message, "ls") : error;
}

/** What a field is compared with: a text, or a pattern between slashes. */
function conditionOf(text: string, mistakes: string[]): string | RegExp {
  const [, pattern, flags] = /^\/(.+)\/(i?)$/.exec(text) ?? [];
  if (pattern === undefined) return text;
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    mistakes.push(`--where has a pattern that is none: ${(error as Error).message}`);
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

/** Whether a field, or one of its elements, is what was asked for. */
function fits(value: unknown, wanted: string | RegExp): boolean {
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return texts.some((text) => typeof wanted === "string" ? text === wanted : wanted.test(text));
}

const by = (key: string, way: 1 | -1) => (a: Record<string, unknown>, b: Record<string, unknown>) => {
  const [x, y] = [a[key], b[key]];
  if (typeof x === "number" && typeof y === "number") return (x - y) * way;
  return (String(x ?? "") < String(y ?? "") ? -1 : String(x ?? "") > String(y ?? "") ? 1 : 0) * way;
};
