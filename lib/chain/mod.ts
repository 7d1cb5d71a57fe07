/**
 * The chain engine, provider-free: what a provider needs to describe its resources and to make handles.
 *
 * @module
 */
export type { AlsoDestroyed } from "./also_destroyed.ts";
export { all, statesOf, type Together } from "./all.ts";
export { type Beginning, creation, isChain, select, selectOne, stateOf } from "./chain.ts";
export { checkConditions, refuseMore } from "./conditions.ts";
export { copied, copiedOptions } from "./copied.ts";
export { type Clock, systemClock } from "./clock.ts";
export {
  type Action,
  type AnyResource,
  type Audit,
  type Auditing,
  type Before,
  counted,
  type Creation,
  type Definition,
  describe,
  lazily,
  type Listing,
  type ListingOptions,
  type Reader,
  type StateSet,
  type Subject,
  type Target,
  type Wanted,
} from "./describe.ts";
export { type Duration, milliseconds, showDuration } from "./duration.ts";
export type { ApiRequest, ApiResponse, Endpoint, RateFacts, SendOptions, WireEvent } from "./endpoint.ts";
export * from "./errors.ts";
export type { Expected } from "./expected.ts";
export type { Described, Field, Fields } from "./fields.ts";
export type { Happening, Listener, MemberRef, RunEvent } from "./events.ts";
export { type Estimate, Plan, type PlannedMember } from "./plan.ts";
export type { Prediction } from "./predict.ts";
export type { Confirm, Question } from "./question.ts";
export { type Fate, type MemberReport, Report, type RequestCounts, type Seen } from "./report.ts";
export type { RunOptions } from "./run.ts";
export { matches } from "./select.ts";
export type { Performance, PerformContext, Step } from "./steps.ts";
export type {
  Chain,
  Condition,
  Mistake,
  One,
  PlanOptions,
  Protect,
  RecordOf,
  Selection,
  StateOf,
  WaitOptions,
  Where,
} from "./surface.ts";
