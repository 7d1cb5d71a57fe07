/**
 * One attempt at a request: it is sent once, and its whole answer is read, within a time limit.
 *
 * @module
 */
import { type Clock, guard } from "../engine/time/clock.ts";
import { type FetchFailure, readFetchFailure } from "./fetch_failure.ts";

/** A request that is about to be sent. To authorize it, add to its headers. */
export interface Draft {
  /** The HTTP method. */
  method: string;
  /** The whole URL. */
  href: string;
  /** The host, with its port if that is not the default. */
  host: string;
  /** Path and query, exactly as sent. */
  target: string;
  /**
   * With names in lower case. Not `Headers`, because the platform makes its own from them, and a second one costs each
   * start 2 ms.
   */
  headers: Record<string, string>;
  /** Whether it may change something: any method except GET and HEAD. */
  write: boolean;
}

/** An answer as it was received. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as text, `""` if there was none. */
  text: string;
  /** Why the body is incomplete; undefined if it is complete. */
  cut?: string;
  /** The error behind {@linkcode Answer.cut}. */
  cause?: unknown;
}

/** The result of an attempt. */
export type Received = { answer: Answer } | { lost: FetchFailure; cause: unknown };

/** Options of an attempt. */
export interface AttemptOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
  /** The time limit for all of it, headers and body, in milliseconds. */
  timeout: number;
  /** The proxy for a URL. Default: none. */
  proxy?: ((url: URL) => URL | undefined) | undefined;
  /** Aborting ends it at once, and rejects with the reason. For reads only, because a write's answer always matters. */
  cut?: AbortSignal | undefined;
}

/** A text, because making an error with its stack costs more than the rest of ending a request. */
const OVER = "the request is over";

/** Sends `draft` once. Rejects only because of `cut`; failures of the network are in its result. */
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
        // A redirect that is followed would send the credentials to any server it names.
        redirect: "manual",
        signal: over.signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch (cause) {
      return { lost: readFetchFailure(cause, draft.host, options.proxy?.(new URL(draft.href))), cause };
    }
    head = { status: response.status, headers: response.headers };
    if (over.signal.aborted) { // too late, and from a fetch that ignores its signal
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
