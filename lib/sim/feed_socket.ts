/**
 * The changefeed's WebSocket: one frame subscribes, and from then on changes are pushed.
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

/** The required part of a WebSocket. */
export interface FeedSocket {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
}

/** Serves the changes of one account's machines on a socket. Invalid subscriptions are silently ignored. */
export function serveFeed(sim: CloudApiSim, socket: FeedSocket, owner: string): void {
  let subscription: Subscription | undefined;
  const tell = (change: Change) => {
    if (subscription === undefined || socket.readyState !== WebSocket.OPEN) return;
    const { subResources, vms } = subscription;
    // A test may have changed it into anything; it is sent as it is.
    const about = change?.changeKind?.subResources ?? subResources;
    if (!about.some((each) => subResources.includes(each))) return;
    if (vms !== undefined && !vms.includes(change?.changedResourceId)) return;
    socket.send(JSON.stringify(change));
  };
  const stop = sim.subscribe(tell, owner, () => socket.close());
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
