// deno-lint-ignore-file no-explicit-any
/**
 * A described resource with its name, its tags and its mark in one field. A changed tag is noticed all the same, even
 * if the mark is made from the whole record.
 */
import assert from "node:assert/strict";
import { describe, select } from "../../../lib/engine/mod.ts";
import type { ApiRequest, Endpoint } from "../../../lib/engine/resource/endpoint.ts";
import { ApiError } from "../../../lib/engine/errors.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";

interface Pod {
  metadata: {
    uid: string;
    name: string;
    labels: Record<string, string>;
    version: number;
    notes: { phase: string; owner: string };
  };
}

const podBy = (mark: (one: Pod) => string | number) =>
  describe({
    kind: "pod",
    states: ["up", "halting", "down", "gone"],
    drift: { halting: ["down"] },
    state: (one: Pod) => one.metadata.notes.phase,
    id: (one) => one.metadata.uid,
    name: (one) => one.metadata.name,
    tags: (one) => ({ ...one.metadata.labels, owner: one.metadata.notes.owner }),
    mark,
    gone: { state: "gone", statuses: [404] },
    list: {
      pageSize: 100,
      async *pages(endpoint: Endpoint, _query, { priority, signal, on }) {
        yield (await endpoint.send({ method: "GET", path: "/pods", priority }, { signal, on })).body as Pod[];
      },
    },
    get: (id) => ({ method: "GET", path: `/pods/${id}` }),
    read: (body) => body as Pod,
    isId: (text) => /^u\d+$/.test(text),
    timeout: 60_000,
    actions: {
      halt: {
        from: ["up"],
        enters: "halting",
        request: ({ id }) => ({ method: "POST", path: `/pods/${id}` }),
      },
      remove: {
        from: ["down"],
        enters: "gone",
        destructive: true,
        request: ({ id }) => ({ method: "DELETE", path: `/pods/${id}` }),
      },
    },
  });

/** Halts and removes two pods, one of which is changed while it halts. */
async function halted(
  chainOf: (
    all: ReturnType<typeof select<ReturnType<typeof podBy>>>,
  ) => { run(options: object): Promise<unknown> },
  change: (pod: Pod) => void,
  mark: (pod: Pod) => string | number = ({ metadata }) => metadata.version,
) {
  const clock = new VirtualClock();
  const pods = new Map([0, 1].map((n): [string, Pod] => [
    `u${n}`,
    {
      metadata: {
        uid: `u${n}`,
        name: `pod-${n}`,
        labels: { tier: "test" },
        version: 1,
        notes: { phase: "up", owner: "me" },
      },
    },
  ]));
  pods.set("u2", {
    metadata: {
      uid: "u2",
      name: "kept",
      labels: { keep: "yes", tier: "other" },
      version: 1,
      notes: { phase: "up", owner: "they" },
    },
  });
  const endpoint = {
    key: `pods-${Math.random()}`,
    name: "pods",
    concurrency: 4,
    clock,
    rate: () => ({ perSecond: undefined, source: "unknown" as const }),
    async send({ method, path }: ApiRequest) {
      await clock.sleep(5);
      const id = path.split("/")[2];
      const headers = new Headers();
      if (!id) return { status: 200, headers, body: structuredClone([...pods.values()]) };
      const one = pods.get(id);
      if (!one) {
        throw new ApiError("Cannot find it", { status: 404, code: "No", request: `${method} ${path}` });
      }
      if (method === "GET") return { status: 200, headers, body: structuredClone(one) };
      if (method === "DELETE") pods.delete(id);
      else {
        one.metadata.notes.phase = "halting";
        void clock.sleep(3000).then(() => {
          one.metadata.notes.phase = "down";
          one.metadata.version++;
          if (id === "u1") change(one);
        });
      }
      return { status: 202, headers, body: undefined };
    },
  } as unknown as Endpoint;
  const all = select(podBy(mark), {
    endpoint: () => Promise.resolve(endpoint),
    handle: "pods()",
    source: { kind: "list" },
    tags: {},
  });
  const report = await chainOf(all as never).run({ throwOnError: false, view: false });
  return { left: [...pods.keys()], report: String(report) };
}

Deno.test("a pod that was protected, or tagged otherwise, while it halted is not removed", async () => {
  for (
    const [chainOf, change] of [
      [
        (all: any) => all.all().protect({ keep: "yes" }),
        (pod: Pod) => void (pod.metadata.labels.keep = "yes"),
      ],
      [
        (all: any) => all.where({ tags: { tier: "test" } }),
        (pod: Pod) => void (pod.metadata.labels.tier = "prod"),
      ],
      [
        (all: any) => all.where({ tags: { owner: "me" } }),
        (pod: Pod) => void (pod.metadata.notes.owner = "you"),
      ],
    ] as const
  ) {
    for (const mark of [({ metadata }: Pod) => metadata.version, (pod: Pod) => JSON.stringify(pod)]) {
      const { left, report } = await halted(
        (all) => chainOf(all).halt().waitUntil("down").remove().waitUntil("gone"),
        change,
        mark,
      );
      assert.deepEqual(left, ["u1", "u2"], report);
    }
  }
});

Deno.test("a pod that only halted is removed, though where it was is part of what it was selected by", async () => {
  const { left, report } = await halted(
    (all: any) =>
      all.where({
        tags: { tier: "test" },
        metadata: ({ notes, version }: any) => notes.phase === "up" && version === 1,
      }).halt().waitUntil("down").remove(),
    () => {},
  );
  assert.deepEqual(left, ["u2"], report);
});
