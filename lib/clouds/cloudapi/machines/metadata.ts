/**
 * Metadata of machines, and their boot script, as actions. Values may be secrets, so no text of a chain shows them.
 *
 * @module
 */
import { type Action, MusterError } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { type BootScript, checkScript, scriptText } from "./boot_script.ts";
import { machinePath } from "../machine_path.ts";
import type { Machine, MachineState } from "../machine_record.ts";
import { strayParams } from "./stray_params.ts";
import { CHANGEABLE, checkKey, RESERVED_KEYS } from "./tags.ts";

/**
 * Metadata: names and texts.
 *
 * @example
 * ```ts
 * import { dc, type Metadata } from "@muster/muster";
 *
 * const metadata: Metadata = { "app-config": JSON.stringify({ port: 8080 }) };
 * console.log(dc("sim").machine("bastion").metadata(metadata)); // shows the names only
 * ```
 */
export type Metadata = Readonly<Record<string, string>>;

/** Parameters that the server uses itself or silently drops (sdc-cloudapi `lib/metadata.js`). */
const RESERVED: ReadonlySet<string> = new Set([...RESERVED_KEYS, "credentials"]);
/** Metadata that the server does not delete, neither by name nor with everything else. */
const KEPT = new Set(["credentials", "administrator_pw", "root_authorized_keys"]);
/** What remains after everything was deleted: the server itself then sets the last two (sdc-cloudapi `delAll`). */
const LEFT = new Set([...KEPT, "uuid", "owner_uuid"]);
const SCRIPT = "user-script";
const SHORTER = "shorten it, or let the machine fetch the rest";

/** @throws {MusterError} for a name that the server would refuse, drop or misread. */
export function checkMetadata(metadata: Metadata): void {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw new MusterError(`Cannot set metadata: it is not an object of names and texts: ${typeof metadata}`);
  }
  const entries = Object.entries(metadata);
  if (entries.length === 0) throw new MusterError("Cannot set metadata: none is given.");
  for (const [key, value] of entries) {
    checkKey("metadata", key, RESERVED);
    if (!/^[\x21-\x7e]+$/.test(key)) {
      throw new MusterError(
        `Cannot set the metadata ${
          JSON.stringify(key)
        }: the server cannot remove a name again that contains a blank or ` +
          "something that is not ASCII. Choose another name.",
      );
    }
    if (key.endsWith("_pw")) {
      throw new MusterError(
        `Cannot set the metadata ${key}: the server drops metadata whose name ends in _pw.`,
      );
    }
    if (typeof value === "string") continue;
    throw new MusterError(
      `Cannot set the metadata ${key}: its value is not a text: ${typeof value}. Convert it, for example with JSON.stringify().`,
    );
  }
  checkSize("set metadata", metadata, SHORTER);
}

function checkRemovable(key: string): void {
  checkKey("metadata", key, RESERVED);
  if (KEPT.has(key)) {
    throw new MusterError(`Cannot remove the metadata ${key}: the server always keeps it.`);
  }
  // The server puts the name into a URL unencoded (sdc-cloudapi `deleteMetadata`).
  if (/[/%?#]/.test(key)) {
    throw new MusterError(
      `Cannot remove the metadata ${key}: the server cannot remove a name that contains /, %, ? or #. ` +
        "unsetAllMetadata() removes it with all the others.",
    );
  }
}

const at = (id: string, rest = "") => machinePath(id, `/metadata${rest}`);
/** The answer has all metadata as it will be, including what was sent. */
const post = (id: string, metadata: Metadata) =>
  ({ method: "POST", path: at(id), body: { ...metadata }, expect: { has: Object.keys(metadata) } }) as const;
const remove = (id: string, key: string) =>
  ({ method: "DELETE", path: at(id, `/${encodeURIComponent(key)}`) }) as const;

/** The actions on metadata, and on the boot script, which is part of it. */
export const metadataActions = {
  /** Sets metadata, and keeps the rest. */
  metadata: {
    from: CHANGEABLE,
    part: "metadata",
    changes: ["metadata"],
    label: (metadata: Metadata) =>
      `metadata({ ${Object.keys(metadata).map((key) => `${key}: …`).join(", ")} })`,
    check: checkMetadata,
    prepare: strayParams,
    done: (machine, metadata: Metadata) =>
      Object.entries(metadata).every(([key, value]) => machine.metadata[key] === value),
    request: ({ id }, metadata: Metadata) => post(id, metadata),
  } satisfies Action<Machine, MachineState>,
  /** Removes one piece of metadata. */
  unsetMetadata: {
    from: CHANGEABLE,
    part: "metadata",
    changes: ["metadata"],
    check: checkRemovable,
    done: (machine, key: string) => !Object.hasOwn(machine.metadata, key),
    request: ({ id }, key: string) => remove(id, key),
  } satisfies Action<Machine, MachineState>,
  /** Removes all metadata except what the server always keeps: `root_authorized_keys` and `administrator_pw`. */
  unsetAllMetadata: {
    from: CHANGEABLE,
    part: "metadata",
    changes: ["metadata"],
    destructive: true,
    done: (machine) => Object.keys(machine.metadata).every((key) => LEFT.has(key)),
    request: ({ id }) => ({ method: "DELETE", path: at(id) }),
  } satisfies Action<Machine, MachineState>,
  /** Sets the script that the machine runs when it boots: a text, or `{ file }` to read it from. */
  script: {
    from: CHANGEABLE,
    part: "metadata",
    changes: ["metadata"],
    label: (script: BootScript) =>
      typeof script === "object"
        ? `script({ file: ${JSON.stringify(String(script.file))} })`
        : `script(… ${script.length} characters)`,
    check(script: BootScript) {
      checkScript(script);
      if (typeof script === "string") checkSize("set the boot script", { [SCRIPT]: script }, SHORTER);
    },
    async prepare({ clock }, script: BootScript) {
      const text = await scriptText(script, clock);
      checkScript(text);
      checkSize("set the boot script", { [SCRIPT]: text }, SHORTER);
      return [text];
    },
    done: (machine, script: BootScript) => machine.metadata[SCRIPT] === script,
    request: ({ id }, script: BootScript) => post(id, { [SCRIPT]: String(script) }),
  } satisfies Action<Machine, MachineState>,
  /** Removes the boot script. */
  unsetScript: {
    from: CHANGEABLE,
    part: "metadata",
    changes: ["metadata"],
    done: (machine) => !Object.hasOwn(machine.metadata, SCRIPT),
    request: ({ id }) => remove(id, SCRIPT),
  } satisfies Action<Machine, MachineState>,
} as const;
