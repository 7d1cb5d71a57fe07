/** `muster ls`: lists what there is. @module */
import { beginSession, session } from "../chain/session.ts";
import type { Datacenter } from "../cloudapi/datacenter.ts";
import type { DatabaseService } from "../trove/dbaas.ts";
import { readCommand } from "./command_help.ts";
import type { Command } from "./main.ts";
import { COMMON, LISTING, type Options, refuseMistakes } from "./options.ts";
import { EXIT } from "./outcome.ts";
import { nearest, suggest } from "./nearest.ts";
import type { Io } from "./io.ts";

/** One kind of thing that is listed. */
export interface Kind {
  readonly cloud: "dc" | "dbaas";
  readonly columns: readonly string[];
  list(handle: Datacenter & DatabaseService): PromiseLike<unknown>;
}

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
  packages: { cloud: "dc", columns: ["id", "name", "memory", "disk", "vcpus"], list: (dc) => dc.packages() },
  networks: {
    cloud: "dc",
    columns: ["id", "name", "public", "subnet", "fabric"],
    list: (dc) => dc.networks(),
  },
  volumes: { cloud: "dc", columns: ["id", "name", "state", "size", "type"], list: (dc) => dc.volumes() },
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
      if (read.values.json) io.out(chosen.map((record) => `${JSON.stringify(record)}\n`).join(""));
      else if (chosen.length > 0) {
        const { table } = await import("./table.ts");
        const columns = (read.values.columns as string | undefined)?.split(",").map((one) => one.trim());
        checkFields(chosen, columns ?? []);
        io.out(table(chosen, columns ?? kind!.columns));
      } else if (!read.values.quiet) {
        io.err(`There are no such ${name}.\n`);
        await tellUnknown(kind!, read.values, conditions.map(([key]) => key), io);
      }
      return chosen.length === 0 ? EXIT.nothing : EXIT.done;
    } finally {
      end();
    }
  },
};

/** Tells of conditions on fields that the first record there is has not, as their name is likely misspelt. */
async function tellUnknown(
  kind: Kind,
  values: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  io: Io,
): Promise<void> {
  if (keys.length === 0) return;
  const [first] = await list(kind, values, {}, []);
  if (!first) return;
  const known = Object.keys(first);
  for (const key of keys.filter((one) => !known.includes(one))) {
    const near = nearest(key, known);
    if (near !== undefined) io.err(`None has a field ${key}; did you mean --where=${near}=…?\n`);
  }
}

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
  let listed: PromiseLike<unknown>;
  if (kind.cloud === "dbaas") {
    const { dbaas } = await import("../trove/dbaas.ts");
    listed = kind.list(dbaas(values.cloud as string | undefined) as never);
  } else {
    const { dc } = await import("../cloudapi/datacenter.ts");
    const handle = dc(values.profile as string | undefined);
    listed = Object.keys(tags).length > 0 ? handle.machines(tags) : kind.list(handle as never);
  }
  // Told to the server where it can be: a list leaves out failed machines unless they are asked for.
  const { where: narrowed } = listed as { where?: (where: object) => PromiseLike<unknown> };
  if (conditions.length > 0 && typeof narrowed === "function") {
    return await narrowed.call(listed, Object.fromEntries(conditions)) as Record<string, unknown>[];
  }
  const records = await listed as Record<string, unknown>[];
  return records.filter((record) => conditions.every(([key, wanted]) => fits(record[key], wanted)));
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
