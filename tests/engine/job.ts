/**
 * A made-up resource: proof that the engine knows nothing of CloudAPI or Trove. The description is all there is.
 */
import { describe, select, type Selection, selectOne } from "../../lib/engine/mod.ts";
import type { Endpoint } from "../../lib/engine/resource/endpoint.ts";

export interface JobRecord {
  id: string;
  title: string;
  phase: string;
  pool: string;
  priority: number;
  touched: number;
  /** When it last changed, in milliseconds. */
  changed: number;
}

const description = describe({
  kind: "job",
  states: ["queued", "working", "pausing", "paused", "broken", "lost", "gone"],
  drift: { queued: ["working", "broken"], pausing: ["paused"], working: ["broken"] },
  opaque: ["lost"],
  fields: {
    id: "text",
    title: "text",
    phase: "state",
    pool: "text",
    priority: "number",
    touched: "number",
    changed: "number",
  },
  state: (job: JobRecord) => job.phase,
  id: (job) => job.id,
  name: (job) => job.title,
  tags: (job) => ({ pool: job.pool }),
  mark: (job) => job.touched,
  gone: { state: "gone", statuses: [404] },
  list: {
    pageSize: 50,
    query: ({ tags }) => tags.pool ? { pool: String(tags.pool) } : {},
    async *pages(endpoint: Endpoint, query, { priority, signal, on }) {
      for (let from = 0;; from += 50) {
        const request = { method: "GET", path: "/jobs", query: { ...query, from }, priority } as const;
        const page = (await endpoint.send(request, { signal, on })).body as JobRecord[];
        yield page;
        if (page.length < 50) return;
      }
    },
  },
  get: (id) => ({ method: "GET", path: `/jobs/${id}` }),
  read: (body) => body as JobRecord,
  isId: (text) => /^j\d+$/.test(text),
  timeout: 120_000,
  actions: {
    /** Pauses a job. */
    pause: {
      from: ["working"],
      enters: "pausing",
      inverse: "resume",
      request: ({ id }) => ({ method: "POST", path: `/jobs/${id}/pause` }),
    },
    resume: {
      from: ["paused"],
      enters: "queued",
      request: ({ id }) => ({ method: "POST", path: `/jobs/${id}/resume` }),
    },
    retry: {
      from: ["working"],
      enters: "queued",
      always: true,
      leavesMark: true,
      request: ({ id }) => ({ method: "POST", path: `/jobs/${id}/retry` }),
    },
    promote: {
      from: ["queued", "working", "paused"],
      done: (job, to: number) => job.priority === to,
      request: ({ id }, to: number) => ({ method: "PUT", path: `/jobs/${id}`, body: { priority: to } }),
    },
    remove: {
      from: ["paused", "broken"],
      enters: "gone",
      destructive: true,
      request: ({ id }) => ({ method: "DELETE", path: `/jobs/${id}` }),
    },
  },
  sets: { idle: { states: ["paused", "broken"], fails: ["lost"] } },
});

export interface Jobs extends Description {}
type Description = typeof description;
export const job: Jobs = description;

/** What a provider's handle would be. */
export const jobs = (
  endpoint: () => Promise<Endpoint>,
  tags: Record<string, unknown> = {},
): Selection<Jobs> => select(job, { endpoint, handle: `farm("test")`, source: { kind: "list" }, tags });

export const oneJob = (endpoint: () => Promise<Endpoint>, which: string) =>
  selectOne(job, which, { endpoint, handle: `farm("test")` });
