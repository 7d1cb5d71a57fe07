/**
 * One attempt at a request: sent once, its whole answer read, within a time limit.
 *
 * @module
 */
import { type Clock, guard } from "../engine/time/clock.ts";
import { type FetchFailure, readFetchFailure } from "./fetch_failure.ts";

/** A request about to be sent. Authorizing it means adding to its headers. */
export interface Draft {
  /** The HTTP method. */
  method: string;
  /** The whole address, and its host. */
  href: string;
  /** The host, with its port where that is not the usual one. */
  host: string;
  /** Path and query, byte for byte as sent. */
  target: string;
  /** By names in lower case. Not `Headers`: the platform makes its own of them, and a second costs each start 2 ms. */
  headers: Record<string, string>;
  /** Whether it may change something: any method but GET and HEAD. */
  write: boolean;
}

/** An answer as it came. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as text, `""` where there was none. */
  text: string;
  /** Why the body is not all there; undefined when it is. */
  cut?: string;
  /** What {@linkcode Answer.cut} was made of. */
  cause?: unknown;
}

/** What an attempt came to. */
export type Received = { answer: Answer } | { lost: FetchFailure; cause: unknown };

/** Where and how long. */
export interface AttemptOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
  /** Milliseconds for the whole of it, headers and body. */
  timeout: number;
  /** Through which proxy it goes. Default: through none. */
  proxy?: ((url: URL) => URL | undefined) | undefined;
  /** Ends it at once, rejecting with its reason. For reads only: a write's answer always counts. */
  cut?: AbortSignal | undefined;
}

/** A text, as making an error, with its stack, costs more than the rest of ending a request. */
const OVER = "the request is over";

/** Sends `draft` once. Rejects only for `cut`; whatever the network does is in what it resolves to. */
export async function attempt(
  draft: Draft,
  body: string | undefined,
  options: AttemptOptions,
): Promise<Received> {
  const { cut, clock, timeout } = options;
  const over = new AbortController();
  let whole = false;
  let head: { status: number; headers: Headers } | undefined;

  const work = async (): Promise<Received> => {
    let response: Response;
    try {
      response = await options.fetch(draft.href, {
        method: draft.method,
        headers: draft.headers,
        // A redirect followed would carry the credentials to wherever it points.
        redirect: "manual",
        signal: over.signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      return { lost: readFetchFailure(cause, draft.host, options.proxy?.(new URL(draft.href))), cause };
    }
    head = { status: response.status, headers: response.headers };
    if (over.signal.aborted) { // too late, and from a fetch that does not listen to its signal
      response.body?.cancel().catch(() => {});
      return cutOff("nobody waits for it any more", undefined);
    }
    try {
      const text = await response.text();
      whole = true;
      return { answer: { ...head, text } };
    } catch (cause) {
      return cutOff(readFetchFailure(cause, draft.host).reason, cause);
    }
  };
  const cutOff = (reason: string, cause: unknown): Received => ({
    answer: { ...head!, text: "", cut: reason, cause },
  });
  const late = (): Received => {
    const seconds = timeout / 1000;
    if (head !== undefined) return cutOff(`it was not complete within ${seconds} s`, undefined);
    return {
      lost: {
        sent: "unknown",
        again: true,
        reason: `no answer came within ${seconds} s: ${draft.host}`,
        advice: "Check the network, or allow more time with timeout",
      },
      cause: undefined,
    };
  };
  let stop = () => {};
  let unguard = () => {};
  try {
    const racers: Promise<Received>[] = [
      work(),
      new Promise((resolve) => unguard = guard(clock, timeout, () => resolve(late()))),
    ];
    if (cut !== undefined) {
      racers.push(
        new Promise((_, reject) => {
          stop = () => reject(cut.reason);
          if (cut.aborted) stop();
          else cut.addEventListener("abort", stop, { once: true });
        }),
      );
    }
    return await Promise.race(racers);
  } finally {
    cut?.removeEventListener("abort", stop);
    unguard();
    if (!whole) over.abort(OVER);
  }
}
