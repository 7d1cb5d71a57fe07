/**
 * Reads the messages of the changefeed, as far as they are valid.
 *
 * @module
 */
import type { Pushed } from "../../../engine/resource/endpoint.ts";

/** The API's names for the backend's states (sdc-cloudapi `translateState`); any other is `unknown`. */
const STATES: Readonly<Record<string, string>> = {
  configured: "provisioning",
  incomplete: "provisioning",
  unavailable: "provisioning",
  provisioning: "provisioning",
  ready: "ready",
  running: "running",
  halting: "stopping",
  stopping: "stopping",
  shutting_down: "stopping",
  off: "stopped",
  down: "stopped",
  installed: "stopped",
  stopped: "stopped",
  unreachable: "offline",
  destroyed: "deleted",
  failed: "failed",
};

/**
 * The change in a message; undefined if it is not about a machine. Its record is left out if anything in it is odd:
 * then the machine is polled.
 */
export function readChange(data: string): Pushed | undefined {
  const message = parse(data);
  const id = message?.changedResourceId;
  const kind = message?.changeKind as { resource?: unknown; subResources?: unknown } | undefined;
  if (typeof id !== "string" || kind?.resource !== "vm") return undefined;
  const told = message!.published;
  const published = typeof told === "string" && told !== "" || typeof told === "number" ? Number(told) : NaN;
  const about: unknown[] = Array.isArray(kind.subResources) ? kind.subResources : [];
  const asked = about.includes("state") || about.includes("destroyed");
  return {
    id,
    record: asked ? recordIn(message!, id) : undefined,
    published: Number.isFinite(published) ? published : undefined,
  };
}

/** The machine, if it is complete and the two names of its state agree. */
function recordIn(message: Record<string, unknown>, id: string): object | undefined {
  const record = message.resourceObject;
  if (!isObject(record) || record.id !== id) return undefined;
  const { state, updated } = record;
  const agreed = typeof message.resourceState === "string" &&
    Object.hasOwn(STATES, message.resourceState) && STATES[message.resourceState] === state;
  const whole =
    ["name", "brand", "image", "created", "updated"].every((key) => typeof record[key] === "string") &&
    !Number.isNaN(Date.parse(updated as string)) && Array.isArray(record.ips) && isObject(record.tags) &&
    isObject(record.metadata);
  return agreed && whole ? record : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
