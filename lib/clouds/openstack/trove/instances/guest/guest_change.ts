/**
 * Changes inside an instance as steps of a chain. Nothing of them shows in the instance's record, so each knows where to
 * look whether it was done.
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

/** What a step on one instance is given. */
export type GuestContext = PerformContext<Instance>;

/** A change inside an instance. */
export interface GuestChange<Output> {
  /** The method's name. */
  name: string;
  /** What it was told, without secrets: `"app"`. */
  told: string;
  destructive?: boolean;
  /** Why it cannot be, besides that the instance is still built. */
  obstacle?: NonNullable<Performance<Instance>["obstacle"]>;
  request(context: GuestContext): ApiRequest | Promise<ApiRequest>;
  /** Whether it is as the change would make it. */
  isSo(context: GuestContext): Promise<boolean>;
  /** Why nothing had to be done, where it already was so. */
  already: string;
  /**
   * Whether that is asked before it is sent, as it tells less than all of the change: that a user is there does not tell
   * with which password. Default false.
   */
  asksFirst?: boolean;
  /** What it gives, of the answer; undefined where the answer was lost. */
  output?(answer: ApiResponse | undefined): Output;
}

/** For so long a change whose answer was lost is looked for, ms: a guest does some of its work after the answer. */
const PATIENCE = 30_000;
/** Refusals that may mean that it already is so: exists, does not exist, conflicts. */
const PERHAPS_SO = [400, 404, 409];

/** Makes a step of a change. */
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

/** Text in quotes, several with commas. */
export function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(", ");
}
