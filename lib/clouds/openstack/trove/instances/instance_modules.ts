/**
 * The modules of an instance.
 *
 * @module
 */
import { MusterError, type Performance } from "../../../../engine/mod.ts";
import { findId } from "../find_id.ts";
import { guestChange, type GuestContext, quoted } from "./guest/guest_change.ts";
import { instancePath } from "../records/guest_path.ts";
import type { Instance } from "../records/instance_record.ts";
import type { Sender } from "../list_pages.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * A module that was applied to an instance.
 *
 * @example
 * ```ts
 * import { type AppliedModule, dbaas } from "@muster/muster";
 *
 * const modules: AppliedModule[] = await dbaas("sim").instance("prod-billing").modules();
 * console.log(modules.filter(({ md5, current_md5 }) => md5 !== current_md5)); // those that are outdated
 * ```
 */
export interface AppliedModule {
  /** The module's id. */
  id: string;
  /** The module's name. */
  name: string;
  /** The driver that installs it: `ping`, `new_relic_license`, … */
  type?: string;
  /** `OK`, or the error. */
  status?: string;
  /** The driver's message. */
  message?: string | null;
  /** The MD5 of the contents that were applied. */
  md5?: string;
  /** The MD5 of the module's current contents. */
  current_md5?: string;
  /** When it was applied; UTC, without a zone. */
  created?: string;
  /** When it was last applied again; UTC, without a zone. */
  updated?: string;
}

/**
 * How to list the modules of an instance.
 *
 * @example
 * ```ts
 * import { type AppliedModulesOptions, dbaas } from "@muster/muster";
 *
 * const live: AppliedModulesOptions = { fromGuest: true };
 * console.log((await dbaas("sim").instance("prod-billing").modules(live)).length);
 * ```
 */
export interface AppliedModulesOptions {
  /** Whether to ask the instance itself instead of Trove's records. Default false. */
  fromGuest?: boolean;
  /** Whether to include their contents. Default false. */
  includeContents?: boolean;
}

/** The modules of an instance. */
export async function listApplied(
  sender: Sender,
  id: string,
  { fromGuest, includeContents }: AppliedModulesOptions = {},
): Promise<AppliedModule[]> {
  const { body } = await sender.send({
    method: "GET",
    path: instancePath(id, "/modules"),
    query: { from_guest: fromGuest, include_contents: includeContents },
  });
  return (body as { modules: AppliedModule[] }).modules;
}

const idsOf = ({ send }: GuestContext, wanted: readonly TroveRef[]): Promise<string[]> =>
  Promise.all(wanted.map((one) => findId({ send, name: "this project" }, "module", one)));

const applied = async (context: GuestContext) =>
  new Set((await listApplied(context, context.member.id)).map(({ id }) => id));

/** The steps on modules. */
export const moduleSteps = {
  /** Applies modules: their ids, names or records. */
  applyModules(modules: readonly TroveRef[]): Performance<Instance> {
    const texts = modules.map((one) => referenceText("module", one));
    if (texts.length === 0) throw new MusterError("Cannot apply modules: none is named.");
    return guestChange({
      name: "applyModules",
      told: quoted(texts),
      request: async (context) => ({
        method: "POST",
        path: instancePath(context.member.id, "/modules"),
        body: { modules: (await idsOf(context, modules)).map((id) => ({ id })) },
      }),
      async isSo(context) {
        const there = await applied(context);
        return (await idsOf(context, modules)).every((id) => there.has(id));
      },
      already: `it has ${texts.join(", ")}`,
      output: (answer) => (answer?.body as { modules?: AppliedModule[] } | undefined)?.modules,
    });
  },
  /** Removes a module from the instance: its id, name or record. */
  removeModule(module: TroveRef): Performance<Instance> {
    const text = referenceText("module", module);
    return guestChange({
      name: "removeModule",
      told: quoted([text]),
      request: async (context) => {
        const [id] = await idsOf(context, [module]);
        return {
          method: "DELETE",
          path: instancePath(context.member.id, `/modules/${encodeURIComponent(id!)}`),
        };
      },
      isSo: async (context) => !(await applied(context)).has((await idsOf(context, [module]))[0]!),
      already: `it has no ${text}`,
    });
  },
};
