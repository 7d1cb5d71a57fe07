/**
 * The chain engine, without any cloud: what a cloud needs to describe its resources and to make handles.
 *
 * @module
 */
export type { AlsoDestroyed } from "./resource/destroyed_along.ts";
export { all, chainStatesOf, type Together } from "./chain/all.ts";
export { type Beginning, creationChain, isChain, select, selectOne, stateOf } from "./chain/chain.ts";
export { beginningOf, Handle, type HandleParts } from "./handle.ts";
export { checkConditions } from "./select/check_conditions.ts";
export { allByName, type NamedList, oneByName } from "./select/find_by_name.ts";
export { checkArguments, limitArguments, refuseMore } from "./select/extra_arguments.ts";
export { numberedNames } from "./resource/numbered_names.ts";
export { copied, copiedOptions } from "./select/copy_conditions.ts";
export { type Clock, systemClock } from "./time/clock.ts";
export {
  type Action,
  type AnyResource,
  type Audit,
  type AuditFinding,
  type Auditing,
  type Before,
  counted,
  type Creation,
  type Definition,
  describe,
  lazily,
  type Reader,
  type StateSet,
  type Subject,
  type Target,
} from "./resource/describe.ts";
export type { Listing, ListingOptions, Wanted } from "./resource/listing.ts";
export { pollUntil } from "./time/poll_until.ts";
export { type Duration, milliseconds, showDuration } from "./time/duration.ts";
export type {
  ApiRequest,
  ApiResponse,
  Endpoint,
  RateFacts,
  SendOptions,
  WireEvent,
} from "./resource/endpoint.ts";
export * from "./errors.ts";
export { DoubtfulError } from "./run/write/checked_write.ts";
export { sendChecked, type Sending, type Sent, type Showing } from "./run/write/send_checked.ts";
export { ChainError } from "./run/report/chain_error.ts";
export type { AnswerShape } from "./resource/answer_shape.ts";
export type { Described, Field, FieldOf, Fields } from "./resource/fields.ts";
export type { Happening, Listener, MemberRef, RunEvent, StepEvent } from "./run/events.ts";
export type { Estimate, PlannedMember } from "./plan/plan_facts.ts";
export { Plan } from "./plan/plan.ts";
export type { Prediction } from "./plan/predict.ts";
export type { Allowance, Consent, Giver, Means } from "./plan/consent/consent.ts";
export type { Confirm, Question } from "./plan/consent/confirm.ts";
export type { Fate, MemberReport, RequestCounts, Seen } from "./run/report/report_facts.ts";
export { Report } from "./run/report/report.ts";
export type { RunOptions } from "./run/run_options.ts";
export { matches } from "./select/conditions.ts";
export type { Performance, PerformContext, Step } from "./resource/steps.ts";
export type { RailOptions, RailSettings } from "./plan/consent/consent_options.ts";
export type { Earlier, Overlap } from "./plan/overlap_facts.ts";
export type { Protection } from "./select/protect.ts";
export type { Journal, Spot, StepOutcome } from "./run/journal.ts";
export type { JournalFile } from "./journal/file_journal.ts";
export type { LineFile } from "./journal/lines.ts";
export type { Comparable, Condition, Protect, Where } from "./select/condition_types.ts";
export type { Mistake, RecordOf, StateOf } from "./chain/state_types.ts";
export type {
  ActionMethod,
  ActionMethods,
  Chain,
  ChainMethods,
  Inspect,
  One,
  PlanOptions,
  Rails,
  ReadMethods,
  Selection,
  SelectionMethods,
  StepMethods,
  WaitOptions,
  Waits,
} from "./chain/methods.ts";
