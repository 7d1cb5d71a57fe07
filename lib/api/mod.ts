/**
 * Your own API on the chain engine, and everything that muster's own clouds use. They use nothing of the engine that is
 * not exported here.
 *
 * @module
 */

// An API from its description.
export { type Api, api, type Conditions, type Members, type NewMember } from "./api.ts";
export {
  type ActionDescription,
  type CreationDescription,
  describe,
  type DescribedResource,
  type Followed,
  type ResourceDescription,
  type TakenIn,
  type WithRequests,
} from "./describe.ts";
export type {
  ActionOf,
  ActionsOf,
  Acts,
  AsDocumented,
  FlyingAction,
  LeadingAction,
  ReadsOf,
  SetOfStates,
  StayingAction,
  StepsOf,
} from "./documented.ts";
export type { SpokenVersions, VersionOptions } from "./negotiate_version.ts";
export type { ApiAnswer, ApiDraft, ApiOptions, ApiRefusal } from "./options.ts";
export {
  cursorPages,
  type CursorPagesOptions,
  linkPages,
  markerPages,
  type MarkerPagesOptions,
  offsetPages,
  type OffsetPagesOptions,
  onePage,
  type PagesMaker,
  type PagesOptions,
} from "./pages.ts";
export { eventStream, webSocket } from "./pushed.ts";
export type {
  PushedChanges,
  PushedConnection,
  PushedOptions,
  ReadChange,
  SocketPushedOptions,
} from "./pushed_options.ts";

// The engine: resources as data, selections and chains, plans, runs, reports, errors.
export * from "../engine/mod.ts";
export type { ChainState } from "../engine/plan/plan.ts";
export type {
  AnyAction,
  AnyDefinition,
  Gone,
  Resource,
  SentBefore,
  StepMaker,
} from "../engine/resource/describe.ts";
export type { ChangeListener, FeedEnd, Follow, Pushed } from "../engine/resource/endpoint.ts";
export type { StepFacts } from "../engine/resource/step_facts.ts";
export type { WireListener } from "../engine/resource/listing.ts";
export type { ActionStep, BarrierStep, CreateStep, PerformStep, WaitStep } from "../engine/resource/steps.ts";
export type { ConditionSubject } from "../engine/select/check_conditions.ts";
export type { SelectionConditions, Testable } from "../engine/select/conditions.ts";
export type { Callable } from "../engine/select/extra_arguments.ts";
export type { Source } from "../engine/select/read.ts";
export { guard } from "../engine/time/clock.ts";
export type { Polling } from "../engine/time/poll_until.ts";

// Your own handle and endpoint, where api() is not enough.
export { lazyGroup } from "./lazy_group.ts";
export { type EndpointConfig, type MadeEndpoint, makeEndpoint, numberOf } from "../http/endpoint.ts";
export {
  createSend,
  type Draft,
  type Explained,
  type RawResponse,
  type Send,
  type SendConfig,
} from "../http/send.ts";
export { type ApiAnswers, describeAnswer, type ReadAnswer } from "../http/is_api_answer.ts";
export {
  type MarkerPaging,
  nextMarker,
  type OffsetPaging,
  readByMarker,
  readByOffset,
} from "../http/page.ts";
export { type RequestTarget, targetOf } from "../http/request_target.ts";
export { loadFetch } from "../http/client.ts";
export { type Attempt, debugLine } from "../http/debug_line.ts";
export {
  type OpenSocket,
  openSocket,
  type OpenWebSocket,
  type SocketListener,
  type SocketOptions,
} from "../http/websocket.ts";
export {
  createLimiter,
  type Lease,
  type Limiter,
  type LimiterOptions,
  type RateOutcome,
} from "../engine/rate/limiter.ts";
export { believedPause, plainNumber, serverTime } from "../engine/rate/server_numbers.ts";
export type { RateHint, RateRefusal } from "../engine/rate/token_bucket.ts";

// Notices to people, and keeping secrets out of them.
export { notice } from "../engine/run/notice.ts";
export { keepLogin, keepSecret, shownValue } from "../engine/text/secrets.ts";
export { guarded, oneLine } from "../engine/text/visible.ts";
export { pathValue } from "../engine/process/path_value.ts";
export { USER_AGENT } from "../engine/process/version.ts";
export { type SessionRules, sessionRules } from "../engine/process/session_rules.ts";
