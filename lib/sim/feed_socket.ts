/**
 * The changefeed's websocket: one frame subscribes, changes are pushed from then on.
 *
 * @module
 */
import { type Change, SUB_RESOURCES } from "./cloudapi/change_feed.ts";
import type { CloudApiSim } from "./cloudapi/server.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Subscription {
  subResources: string[];
  vms: string[] | undefined;
}

/** Serves the changes of one account's machines on a socket; invalid subscriptions are passed over in silence. */
export function serveFeed(sim: CloudApiSim, socket: WebSocket, owner: string): void {
  let subscription: Subscription | undefined;
  const tell = (change: Change) => {
    if (subscription === undefined || socket.readyState !== WebSocket.OPEN) return;
    const { subResources, vms } = subscription;
    if (!change.changeKind.subResources.some((each) => subResources.includes(each))) return;
    if (vms !== undefined && !vms.includes(change.changedResourceId)) return;
    socket.send(JSON.stringify(change));
  };
  const stop = sim.subscribe(tell, owner);
  socket.onmessage = ({ data }) => {
    subscription = readSubscription(data) ?? subscription;
  };
  socket.onclose = stop;
  socket.onerror = stop;
}

function readSubscription(data: unknown): Subscription | undefined {
  let frame: Record<string, unknown>;
  try {
    frame = JSON.parse(String(data));
  } catch {
    return undefined;
  }
  const { resource, subResources, vms } = frame ?? {};
  const known: readonly unknown[] = SUB_RESOURCES;
  if (
    resource !== "vm" || !Array.isArray(subResources) || subResources.some((each) => !known.includes(each))
  ) {
    return undefined;
  }
  if (vms && (!Array.isArray(vms) || vms.some((id) => typeof id !== "string" || !UUID.test(id)))) {
    return undefined;
  }
  return { subResources, vms: vms ? vms as string[] : undefined };
}
