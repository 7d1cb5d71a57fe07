/**
 * muster: ad-hoc cloud operations in one line.
 *
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * await dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete();
 * ```
 *
 * @module
 */
import { wireDefaults } from "./lib/view/defaults.ts";

export * from "./lib/chain/errors.ts";
export { all, type Together } from "./lib/chain/all.ts";
export type { Clock } from "./lib/chain/clock.ts";
export type { Duration } from "./lib/chain/duration.ts";
export type { ApiRequest, ApiResponse, Endpoint } from "./lib/chain/endpoint.ts";
export type { Listener, MemberRef, RunEvent } from "./lib/chain/events.ts";
export type { Plan, PlannedMember } from "./lib/chain/plan.ts";
export type { Confirm, Question } from "./lib/chain/rails.ts";
export type { Fate, MemberReport, Report, RequestCounts, Seen } from "./lib/chain/report.ts";
export type { RunOptions } from "./lib/chain/run.ts";
export type { Chain, Condition, Mistake, One, Selection, WaitOptions, Where } from "./lib/chain/surface.ts";
export { Datacenter, dc } from "./lib/cloudapi/datacenter.ts";
export type { DatacenterOptions } from "./lib/cloudapi/options.ts";
export type { MachineSpec } from "./lib/cloudapi/create_machine.ts";
export type { Image, ImageRef } from "./lib/cloudapi/image.ts";
export type { Machine, Machines, MachineState, Nic } from "./lib/cloudapi/machine.ts";
export type { Package, PackageRef } from "./lib/cloudapi/package.ts";
export type { Signer } from "./lib/cloudapi/sign.ts";

wireDefaults();
