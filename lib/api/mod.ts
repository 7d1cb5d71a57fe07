/**
 * Your own API on the chain engine.
 *
 * @module
 */
export { type Api, api, type Conditions, type Members, type NewMember } from "./api.ts";
export {
  type ActionDescription,
  type CreationDescription,
  describe,
  type DescribedResource,
  type ResourceDescription,
  type WithRequests,
} from "./describe.ts";
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
export {
  eventStream,
  type PushedChanges,
  type PushedConnection,
  type PushedOptions,
  type ReadChange,
  webSocket,
} from "./pushed.ts";
