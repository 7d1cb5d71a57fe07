/**
 * Changes inside an instance, as steps of a chain. The instance's record does not show them, so each has its own check.
 *
 * @module
 */
import {
  ApiError,
  type ApiRequest,
  type ApiResponse,
  type Performance,
  type PerformContext,
  sendChecked,
} from "../../../../../engine/mod.ts";
import { unbuilt } from "../../records/guest_path.ts";
import type { Instance } from "../../records/instance_record.ts";

/** What a step on one instance receives. */
export type GuestContext = PerformContext<Instance>;

/** A change inside an instance. */
export interface GuestChange<Output> {
  /** The method's name. */
  name: string;
  /** Its arguments as text, without secrets: `"app"`. */
  told: string;
  destructive?: boolean;
  /** Why it is not possible, besides that the instance is still being built. */
  obstacle?: NonNullable<Performance<Instance>["obstacle"]>;
  request(context: GuestContext): ApiRequest | Promise<ApiRequest>;
  /** Whether the change is already done. */
  isSo(context: GuestContext): Promise<boolean>;
  /** The reason for the report if nothing had to be done. */
  already: string;
  /**
   * Whether to check before sending. Not if the check covers only part of the change: an existing user may have another
   * password. Default false.
   */
  asksFirst?: boolean;
  /** Makes the output from the answer; undefined if the answer was lost. */
  output?(answer: ApiResponse | undefined): Output;
}

/**
 * How long to look for a change whose answer was lost, in milliseconds: a guest does some of its work after the answer.
 */
const PATIENCE = 30_000;
/** Statuses of refusals that may mean that it is already done: exists, does not exist, conflicts. */
const PERHAPS_SO = [400, 404, 409];

/** Makes a step from a change. */
export function guestChange<Output = undefined>(change: GuestChange<Output>): Performance<Instance> {
  return {
    name: change.name,
    label: `${change.name}(${change.told})`,
    obstacle: (at) => unbuilt(at) ?? change.obstacle?.(at),
    ...(change.destructive ? { destructive: true } : {}),
    async perform(context) {
      const took = async () => await change.isSo(context) ? true : undefined;
      if ((context.doubt || change.asksFirst) && await took()) return context.skip(change.already);
      try {
        const done = await sendChecked(context, await change.request(context), {
          what: `${change.name} ${change.told} on ${context.member.name}`,
          took,
          repeatable: true,
          patience: PATIENCE,
        });
        return change.output?.("answer" in done ? done.answer : undefined);
      } catch (error) {
        if (!(error instanceof ApiError) || !PERHAPS_SO.includes(error.status) || !await took()) throw error;
        return context.skip(change.already);
      }
    },
  };
}

/** Texts in quotes, separated by commas. */
export function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(", ");
}
