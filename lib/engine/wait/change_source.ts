/**
 * How a watcher learns of changes besides its own polls. The watcher does not know what is behind it. Without a source it
 * only polls.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { ChangeListener, Pushed } from "../resource/endpoint.ts";
import type { ProcessMoment } from "./process_order.ts";
import type { Watch } from "./wait_request.ts";

/** What is known about a member when a change arrives. */
export interface MemberAsSeen {
  readonly mark: string | number | undefined;
  readonly state: string;
}

/** A change, and when it arrived. */
export interface Word {
  readonly change: Pushed;
  readonly came: ProcessMoment;
}

/** `"new"`: as good as a poll. `"doubtful"`: poll the member. `"old"`: ignore it. */
export type Worth = "new" | "doubtful" | "old";

/** What a record shows about its age and the state of its member. */
export function knownOf(resource: AnyResource, record: object): MemberAsSeen {
  return { mark: resource.mark?.(record), state: resource.state(record) };
}

/** Whether one mark is older than another, as far as they can be compared. */
export function isOlder(mark: MemberAsSeen["mark"], than: MemberAsSeen["mark"]): boolean {
  return mark !== undefined && typeof mark === typeof than && mark < than!;
}

/** Receives what a source of changes reports. */
export interface ChangeReceiver {
  /** Changes may have been missed: before the source was open, or after it was lost. */
  gap(): void;
  /** The source reports changes from now on: polls are only a precaution. */
  relied(): void;
  /** A change of a member. */
  told(word: Word): void;
  on: ChangeListener["on"];
}

/** A source of changes. */
export interface ChangeSource {
  /** Whether it is open, and known to report every change. */
  readonly isTelling: boolean;
  /** A wait began, one of so many of its run. May open it. */
  began(company: number): void;
  /** A poll is due. Returns whether the source is being opened now: its receiver is told of a gap once it is open. */
  beforePoll(): boolean;
  /** The last change of a member since the source was opened; undefined if there was none. */
  lastWord(id: string): Word | undefined;
  /** What a change is worth to a wait that has seen its member like this. */
  worth(word: Word, known: MemberAsSeen, wait: Pick<Watch, "since" | "accepted">): Worth;
  /** A poll found a change that the source should have reported: it is not trusted until it reports again. */
  missed(): void;
  /** Nobody waits any more. */
  stop(): void;
  /** Drops the changes so far. */
  forget(): void;
}
