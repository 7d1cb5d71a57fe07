/**
 * Protects the configuration of an instance from a change that should not concern it.
 *
 * Releases 19.0.1, 21.1.0, 22, 23.0.0 and 24.0.0 detach the configuration with every `PUT` of an instance that does not
 * name one: a new name, access or version. If the `PUT` names the current configuration, it is refused, after the name
 * was changed.
 *
 * @module
 */
import { type ApiResponse, type Endpoint, MusterError } from "../../../../engine/mod.ts";
import type { StepFacts } from "../../../../engine/resource/step_facts.ts";
import type { Instance } from "../records/instance_record.ts";

/**
 * A permission for changes of an instance.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceChangeOptions } from "@muster/muster";
 *
 * const allowed: InstanceChangeOptions = { mayDetachConfiguration: true };
 * const chain = dbaas("sim").instance("prod-billing").rename("billing", allowed).waitUntil("ready");
 * console.log(chain.attachConfiguration("tuned"));
 * ```
 */
export interface InstanceChangeOptions {
  /**
   * Whether the instance's configuration may be detached, as Trove 19 to 24 do. Default false: an instance with a
   * configuration is refused, unless the server is known to keep it.
   */
  mayDetachConfiguration?: boolean;
}

/** The same, with what was found out about the server. */
interface Prepared extends InstanceChangeOptions {
  /** Whether the server is known to keep the configuration. */
  readonly leavesIt?: boolean;
}

/**
 * Refuses options that are unknown or have the wrong type.
 *
 * @throws {MusterError} for such options.
 */
export function checkChangeOptions(method: string, options: InstanceChangeOptions = {}): void {
  const { mayDetachConfiguration, leavesIt: _, ...rest } = options as Prepared;
  const unknown = Object.keys(rest)[0];
  if (unknown === undefined && ["undefined", "boolean"].includes(typeof mayDetachConfiguration)) return;
  throw new MusterError(
    `Cannot ${method}: ${
      unknown === undefined
        ? "mayDetachConfiguration is not true or false"
        : `the option ${unknown} does not exist`
    }. The option is mayDetachConfiguration.`,
  );
}

/** No instance has this id. */
const NOBODY = "00000000-0000-4000-8000-000000000000";

/**
 * The options, with whether the server is known to keep the configuration. Trove does not show its release. Since
 * release 26 it has the route `/instances/{id}/ssl`, and answers that the instance does not exist. Before that, it
 * answers that the route does not exist.
 */
export async function prepareChange(
  endpoint: Pick<Endpoint, "send">,
  options: InstanceChangeOptions = {},
): Promise<Prepared> {
  if (options.mayDetachConfiguration) return options;
  const answer = await endpoint.send({
    method: "GET",
    path: `/instances/${NOBODY}/ssl`,
    // A refusal by a policy, or an unknown route at a proxy, proves nothing.
    accept: [400, 401, 403, 404, 405, 500, 501],
  });
  return { ...options, leavesIt: namesInstance(answer) };
}

function namesInstance({ status, body }: ApiResponse): boolean {
  if (status !== 404) return false;
  const { message } = (body as { itemNotFound?: { message?: unknown } } | undefined)?.itemNotFound ?? {};
  return typeof message === "string" && message.includes(NOBODY);
}

const called = ({ configuration }: Instance) => JSON.stringify(configuration!.name ?? configuration!.id);

/** Why a change is not begun; undefined if it may be. */
export function configurationAtRisk(
  { record }: StepFacts<Instance>,
  options: InstanceChangeOptions | undefined = {},
): string | undefined {
  if (!record.configuration || options.mayDetachConfiguration || (options as Prepared).leavesIt) {
    return undefined;
  }
  return `the server may detach its configuration ${
    called(record)
  } with it, as Trove 19 to 24 do. To allow that, give it ` +
    `{ mayDetachConfiguration: true }, and attach the configuration again with .waitUntil("ready").attachConfiguration(${
      called(record)
    })`;
}

/** The possible side effect, for the plan. */
export function configurationMayGo(
  { record }: StepFacts<Instance>,
  options: InstanceChangeOptions | undefined = {},
): string | undefined {
  return record.configuration && options.mayDetachConfiguration
    ? `its configuration ${called(record)} may be detached with it`
    : undefined;
}

/** The options as text, if there are any. */
export const optionsText = ({ mayDetachConfiguration }: InstanceChangeOptions = {}): string[] =>
  mayDetachConfiguration ? ["{ mayDetachConfiguration: true }"] : [];
