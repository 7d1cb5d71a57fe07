/**
 * Lines for a log: the events of each member if there are few, and counts from time to time if there are many.
 *
 * @module
 */
import type { Listener, RunEvent } from "../../engine/run/events.ts";
import { counted } from "../../engine/resource/describe.ts";
import { showDuration } from "../../engine/time/duration.ts";
import { type Device, stderrDevice } from "../output_device.ts";
import { perSecond } from "../../engine/text/palette.ts";
import { progressLine } from "./progress.ts";
import { Speed } from "./rate.ts";
import { recap } from "./recap.ts";
import { RunCounts } from "./run_counts.ts";
import { realWall, type Wall } from "../wall_clock.ts";
import { oneLine, outputLine } from "../width.ts";

/** Up to this many members each has its own lines. */
export const MEMBERS_WITH_LINES = 50;
/** How many failures of a large run are written one by one; the recap has all of them. */
const FAILURES = 20;
/** Milliseconds of real time between two lines of progress of a large run. */
const EVERY = 5000;

/** Options of the plain view. */
export interface PlainOptions {
  wall?: Wall;
}

/** A listener that writes one run as lines. */
export function plainView(device: Device = stderrDevice, options: PlainOptions = {}): Listener {
  const tally = new RunCounts();
  const speed = new Speed();
  let progress = () => {};
  let failures = 0;
  const write = (at: number, text: string) => device.write(`${timeOf(at)}${text}\n`);
  return (event) => {
    tally.take(event);
    const { at } = event;
    switch (event.type) {
      case "planned": {
        const { plan } = event;
        write(
          at,
          `${oneLine(plan.chain)}: ${counted(plan.resource, plan.members.length)} in ${
            oneLine(plan.endpoint.name)
          }`,
        );
        progress();
        if (tally.total > MEMBERS_WITH_LINES) {
          progress = every(
            EVERY,
            options.wall ?? realWall,
            () => write(tally.now(), progressLine(tally, speed)),
          );
        }
        return;
      }
      case "finished":
        progress();
        device.write(
          `${recap(event.report, { facts: tally, device: { size: () => LOG, colors: false } })}\n`,
        );
        return;
      case "abandoned":
        return progress();
      case "failed":
        if (tally.total > MEMBERS_WITH_LINES && ++failures > FAILURES) {
          if (failures === FAILURES + 1) write(at, "more members fail; they are in the recap at the end");
          return;
        }
    }
    const line = lineOf(event, tally.total <= MEMBERS_WITH_LINES);
    if (line !== undefined) write(at, line);
  };
}

/** A log has no width; the recap's lines get a readable one. */
const LOG = { columns: 120, rows: 200 };

/** Progress from time to time, for scripts whose stderr is not a terminal. Nothing for short runs, and no recap. */
export function progressView(device: Device, every_: number, wall: Wall = realWall): Listener {
  const tally = new RunCounts();
  const speed = new Speed();
  let stop: (() => void) | undefined;
  return (event) => {
    tally.take(event);
    if (event.type === "planned") {
      stop ??= every(every_, wall, () => device.write(`muster: ${progressLine(tally, speed)}\n`));
    } else if (event.type === "finished" || event.type === "abandoned") stop?.();
  };
}

function every(ms: number, wall: Wall, then: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = wall.after(ms, () => {
      next();
      then();
    });
  };
  next();
  return () => cancel();
}

/** `12:00:31Z `, by the run's clock; nothing before there is one. */
const timeOf = (at: number): string => at === 0 ? "" : `${new Date(at).toISOString().slice(11, 19)}Z `;

/** An event as a line; undefined if a log does not need it. `each`: whether every member has its own lines. */
function lineOf(event: RunEvent, each: boolean): string | undefined {
  switch (event.type) {
    case "cancelled":
      return `stopping: ${oneLine(event.reason)}; no new requests are sent`;
    case "throttled":
      return event.rate === undefined
        ? undefined
        : `${oneLine(event.endpoint)} limits the rate: now ${perSecond(event.rate)} requests a second`;
    case "pollFailed":
      return `${oneLine(event.endpoint)}: reading the members failed, trying again in ${
        showDuration(event.delay)
      }: ${oneLine(event.error.message)}`;
    case "planned":
    case "polled":
    case "finished":
    case "abandoned":
      return undefined;
  }
  const name = oneLine(event.member.name);
  switch (event.type) {
    case "failed":
      return `${name}: failed: ${oneLine(event.error.message)}`;
    case "line":
      return `${name}: ${outputLine(event.text)}`;
    case "unknownState":
      return `${name}: is ${oneLine(event.state)}, a state muster does not know`;
    case "doubted":
      return `${name}: the answer to ${event.action} was lost, checking whether it took effect: ${
        oneLine(event.reason)
      }`;
  }
  if (!each) return undefined;
  switch (event.type) {
    case "accepted":
      return `${name}: ${event.action} ${event.checked ? "was done, as a check shows" : "accepted"}`;
    case "retried":
      return `${name}: ${event.action} again${event.delay < 1 ? "" : ` in ${showDuration(event.delay)}`}: ${
        oneLine(event.reason)
      }`;
    case "skipped":
      return `${name}: ${event.action} skipped, ${oneLine(event.why)}`;
    case "state":
      return `${name}: ${event.from === undefined ? "" : `${oneLine(event.from)} → `}${oneLine(event.to)}`;
    case "barrier":
      return event.open ? `${name}: the last at the barrier; all go on` : undefined;
    case "interrupted":
      return `${name}: interrupted`;
    case "done":
      return `${name}: ${event.fate}`;
    case "sent":
    case "waiting":
    case "waited":
      return undefined;
  }
}
