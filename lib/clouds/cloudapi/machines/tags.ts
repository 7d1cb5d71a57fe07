/**
 * Tags of machines, as actions.
 *
 * Writes are accepted at once and carried out a moment later. The machine's record shows when they were.
 *
 * @module
 */
import { type Action, type ApiRequest, MusterError } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { machinePath } from "../machine_path.ts";
import type { Machine, MachineState } from "../machine_record.ts";
import { strayParams } from "./stray_params.ts";

/**
 * Tags and their values.
 *
 * @example
 * ```ts
 * import { dc, type Tags } from "@muster/muster";
 *
 * const tags: Tags = { owner: "ops", tier: 2, keep: true };
 * console.log(dc("sim").machine("bastion").tag(tags));
 * ```
 */
export type Tags = Readonly<Record<string, string | number | boolean>>;

/**
 * Names that cannot be tags or metadata, because the server reads them as its own parameters. `account` and `machine` in a body
 * are worse: they send the request elsewhere, because sdc-cloudapi merges path, query and body, and the body comes last.
 */
export const RESERVED_KEYS = new Set([
  "account",
  "machine",
  "uuid",
  "owner_uuid",
  "context",
  "image",
  "as-role",
  // Accepted, but not set.
  "__proto__",
  // Once a machine has such a name, none of its tags or metadata can be read or removed by name any more (sdc-vmapi).
  "hasOwnProperty",
]);
/** The states in which the backend accepts changes of tags and metadata. */
export const CHANGEABLE = ["running", "stopped", "stopping", "ready"] as const;

/**
 * Checks the name of a tag or of metadata.
 *
 * @throws {MusterError} when it is empty, or the server would misread it.
 */
export function checkKey(
  what: string,
  key: unknown,
  reserved: ReadonlySet<string> = RESERVED_KEYS,
): asserts key is string {
  const refuse = (why: string): never => {
    throw new MusterError(
      `Cannot use ${JSON.stringify(key) ?? String(key)} as the name of ${what}: ${why}.`,
    );
  };
  if (typeof key !== "string") refuse(`it is not a text: ${typeof key}`);
  else if (key === "") refuse("it is empty");
  else if (/^\.{1,2}$/.test(key)) refuse("it cannot be written in an address");
  else if (reserved.has(key)) {
    refuse("the server would read it as one of its own parameters. Choose another name");
  }
}

/**
 * Checks tags.
 *
 * @throws {MusterError} for names that the server would misread, and values that are not a text, number or boolean.
 */
export function checkTags(tags: Tags, least = 1): void {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) {
    throw new MusterError(
      `Cannot set tags: they are not an object of names and values: ${JSON.stringify(tags)}`,
    );
  }
  const entries = Object.entries(tags);
  if (entries.length < least) throw new MusterError("Cannot set tags: none are given.");
  for (const [key, value] of entries) {
    checkKey("a tag", key);
    if (typeof value !== "string" && typeof value !== "boolean" && !Number.isFinite(value)) {
      throw new MusterError(
        `Cannot set the tag ${key}: its value is not a text, finite number or boolean: ${String(value)}`,
      );
    }
    if (!comesBack(key, value)) {
      throw new MusterError(
        `Cannot set the tag ${key} to ${
          JSON.stringify(value)
        }: the server stores it in a way in which something else ` +
          "comes back. Write it differently.",
      );
    }
  }
  checkSize("set tags", tags, "set fewer, or shorter ones");
}

/**
 * Whether the server returns a tag as it was set. It stores all tags of a machine in one text, with escapes for `-` and
 * `=`, marks for types other than text, and no numbers with an exponent (sdc-vmapi `objectToTagFormat`,
 * `tagFormatToObject`).
 */
function comesBack(key: string, value: string | number | boolean): boolean {
  if (typeof value === "number" && String(value).includes("e")) return false;
  return !/%2D|%3D/.test(key) &&
    !/%2D|%3D|^%n\{[-+]?[0-9]*\.?[0-9]+\}$|^%b\{(true|false)\}$/.test(String(value));
}

/**
 * Whether a machine has a tag with this value. Values are compared as text, because the server may store a number as
 * text.
 */
function has(machine: Machine, key: string, value: unknown): boolean {
  return Object.hasOwn(machine.tags, key) && String(machine.tags[key]) === String(value);
}

const at = (id: string, rest = "") => machinePath(id, `/tags${rest}`);
/** The answer has all tags as they will be, including those that were sent. */
const write = (method: "POST" | "PUT", id: string, tags: Tags): ApiRequest => {
  const keys = Object.keys(tags);
  return { method, path: at(id), body: { ...tags }, expect: keys.length > 0 ? { has: keys } : "record" };
};
const each = (machine: Machine, tags: Tags) =>
  Object.entries(tags).every(([key, value]) => has(machine, key, value));

/** The actions on tags. */
export const tagActions = {
  /** Sets tags, and keeps the others. */
  tag: {
    from: CHANGEABLE,
    part: "tags",
    changes: (tags: Tags) => [...Object.keys(tags).map((key) => `tags.${key}`), "dns_names"],
    check: (tags: Tags) => checkTags(tags),
    prepare: strayParams,
    done: (machine, tags: Tags) => each(machine, tags),
    request: ({ id }, tags: Tags) => write("POST", id, tags),
  } satisfies Action<Machine, MachineState>,
  /** Sets these tags and removes all others. */
  replaceTags: {
    from: CHANGEABLE,
    part: "tags",
    changes: ["tags", "dns_names"],
    destructive: true,
    check: (tags: Tags) => checkTags(tags, 0),
    prepare: strayParams,
    done: (machine, tags: Tags) =>
      Object.keys(machine.tags).length === Object.keys(tags).length && each(machine, tags),
    // The server refuses a PUT without tags.
    request: ({ id }, tags: Tags) =>
      Object.keys(tags).length === 0 ? { method: "DELETE", path: at(id) } : write("PUT", id, tags),
  } satisfies Action<Machine, MachineState>,
  /** Removes one tag. */
  untag: {
    from: CHANGEABLE,
    part: "tags",
    changes: (key: string) => [`tags.${key}`, "dns_names"],
    // In a URL the server does not misread any name.
    check: (key: string) => checkKey("a tag", key, new Set(["__proto__"])),
    done: (machine, key: string) => !Object.hasOwn(machine.tags, key),
    request: ({ id }, key: string) => ({ method: "DELETE", path: at(id, `/${encodeURIComponent(key)}`) }),
  } satisfies Action<Machine, MachineState>,
  /** Removes all tags. */
  untagAll: {
    from: CHANGEABLE,
    part: "tags",
    changes: ["tags", "dns_names"],
    destructive: true,
    done: (machine) => Object.keys(machine.tags).length === 0,
    request: ({ id }) => ({ method: "DELETE", path: at(id) }),
  } satisfies Action<Machine, MachineState>,
} as const;
