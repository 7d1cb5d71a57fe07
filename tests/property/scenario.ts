/**
 * A story: one world as plain data. What there is, what somebody asks for, and all that goes wrong meanwhile.
 *
 * The same story always has the same end, so one that breaks a promise can be played again and shortened.
 */
import { Chance } from "./seeded_random.ts";

/** One machine as it is in the beginning. */
export interface MachineStory {
  name: string;
  tags: Record<string, string>;
  state: "running" | "stopped" | "provisioning" | "failed";
  /** Deletion protection. */
  guarded: boolean;
  /** How long it takes to come up or down, ms. */
  slow: number;
}

/** What becomes of one request. Those ending in `!` are done all the same. */
export type Fault =
  | "refused"
  | "dropped"
  | "lost!"
  | "silent"
  | "silent!"
  | "500"
  | "500!"
  | "502 page"
  | "502 page!"
  | "503"
  | "503 page"
  | "429"
  | "200 page"
  | "200 page!"
  | "200 empty"
  | "404 page"
  | "404 page!"
  | "410 page"
  | "401"
  | "403"
  | "404"
  | "302"
  | "cut!"
  | "odd!"
  | "slow!";

/** What somebody else does. */
export type Meddling =
  | "keep"
  | "retype"
  | "rename"
  | "guard"
  | "unguard"
  | "delete"
  | "stop"
  | "start"
  | "reboot"
  | "note"
  | "namesake"
  | "recreate"
  | "fail"
  | "join";

/** One step of a chain: its method and what it is given. */
export type StepStory = readonly [method: string, ...args: unknown[]];

/** One chain. */
export interface ChainStory {
  select:
    | { by: "type"; type: string }
    | { by: "state"; state: string }
    | { by: "pattern"; text: string }
    | { by: "test"; not: string }
    | { by: "ids"; of: readonly number[] }
    | { by: "name"; name: string }
    | { by: "id"; of: number }
    | { by: "all" }
    | { by: "create"; name: string; count: number };
  protect: readonly ("keep" | "keep tag" | "name" | "guarded")[];
  max?: number;
  expect?: number;
  steps: readonly StepStory[];
}

/** A world and what happens in it. */
export interface Story {
  seed: number;
  /** Which API it has. */
  api: "cloudapi" | "trove";
  machines: MachineStory[];
  /** From an action's acceptance to its beginning, ms. */
  lag: number;
  /** How long a request is on its way, at most, ms. */
  distance: number;
  /** How long a list takes besides, ms. It is read at some moment of that time. */
  listing: number;
  audit: boolean;
  /** By how much the server's clock is ahead of ours, ms; undefined where it does not tell its time. */
  skew: number | undefined;
  /** Whether the server filters its lists. */
  filters: boolean;
  /** What becomes of pushed changes; undefined where nothing is pushed. */
  feed: ("told" | "late" | "twice" | "lost" | "bare")[] | undefined;
  faults: { nth: number; what: Fault }[];
  outage: { from: number; to: number } | undefined;
  meanwhile: { at: number; to: number; what: Meddling }[];
  chains: ChainStory[];
  consent: { yes?: boolean; max?: number; expect?: number; answer: "yes" | "no" | "nobody" };
  /** `kept`: the plan is saved, and done later. `task`: one chain after another, under the command's rules. */
  way: "run" | "kept" | "task";
  stop: { at: number; how: "abort" | "limit" } | undefined;
  /** The journal's line after which the process dies. */
  kill: number | undefined;
  /** Time between death and resuming, or between plan and deed, ms. */
  pause: number;
  /** Who is there when it is taken up again. */
  again: { yes?: boolean; max?: number; answer: "yes" | "no" | "nobody" };
}

const FAULTS: readonly Fault[] = [
  "refused",
  "dropped",
  "lost!",
  "lost!",
  "silent",
  "silent!",
  "500",
  "500!",
  "502 page",
  "502 page!",
  "503",
  "503 page",
  "429",
  "200 page",
  "200 page!",
  "200 empty",
  "404 page",
  "404 page!",
  "410 page",
  "401",
  "403",
  "404",
  "302",
  "cut!",
  "odd!",
  "slow!",
];
const MEDDLING: readonly Meddling[] = [
  "keep",
  "keep",
  "retype",
  "rename",
  "guard",
  "unguard",
  "delete",
  "stop",
  "start",
  "reboot",
  "note",
  "namesake",
  "recreate",
  "fail",
  "join",
];

/** Chains as people write them; between them anything at all. */
const USUAL: readonly (readonly StepStory[])[] = [
  [["stop"], ["waitUntil", "stopped"], ["delete"]],
  [["stop"], ["waitUntil", "stopped"], ["delete"], ["waitUntil", "deleted"]],
  [["stop"], ["delete"]],
  [["delete"]],
  [["delete"], ["waitUntil", "deleted"]],
  [["stop"], ["waitUntil", "stopped"], ["start"], ["waitUntil", "running"]],
  [["reboot"], ["waitUntil", "running"]],
  [["reboot"], ["waitUntil", "running"], ["reboot"], ["waitUntil", "running"]],
  [["tag", { mark: "1" }], ["stop"], ["waitUntil", "stopped"], ["barrier"], ["delete"]],
  [["stop"], ["waitUntil", "stopped"], ["tag", { mark: "1" }], ["waitUntil", "stopped"], ["delete"]],
  [["disableDeletionProtection"], ["waitUntil", ["running", "stopped"]], ["delete"]],
  [["waitUntil", "stopped"], ["delete"]],
];
const LOOSE: readonly StepStory[] = [
  ["stop"],
  ["start"],
  ["reboot"],
  ["delete"],
  ["tag", { mark: "1" }],
  ["tag", { mark: "2" }],
  ["untag", "mark"],
  ["enableFirewall"],
  ["enableDeletionProtection"],
  ["disableDeletionProtection"],
  ["waitUntil", "stopped"],
  ["waitUntil", "running"],
  ["waitUntil", "deleted"],
  ["waitWhile", "stopping"],
  ["waitWhile", ["running", "stopping"]],
  ["barrier"],
  ["barrier", { ifFailed: "continue" }],
];

/** The story of a seed. */
export function storyOf(seed: number): Story {
  const chance = new Chance(seed);
  const machines = chance.list(1, 6, (n): MachineStory => ({
    name: chance.is(0.07) ? "m0" : `m${n}`,
    tags: {
      type: chance.one("test", "test", "test", "prod"),
      ...(chance.is(0.15) ? { keep: "yes" } : {}),
    },
    state: chance.one("running", "running", "running", "running", "stopped", "provisioning", "failed"),
    guarded: chance.is(0.1),
    slow: chance.one(0, 800, 3_000, 15_000, 90_000),
  }));
  // Names are unique among machines that are not failed.
  const names = new Set<string>();
  machines.forEach((one, n) => {
    if (one.state !== "failed" && names.has(one.name)) one.name = `m${n}b`;
    if (one.state !== "failed") names.add(one.name);
  });
  const often = chance.one(0, 0, 0.03, 0.1, 0.3);
  const faults = Array.from({ length: 80 }, (_, nth) => nth).filter(() => chance.is(often))
    .map((nth) => ({ nth, what: chance.one(...FAULTS) }));
  const meanwhile = chance.list(0, chance.one(0, 1, 2, 4), () => ({
    at: chance.whole(0, chance.one(100, 3_000, 20_000, 100_000)),
    to: chance.whole(0, machines.length - 1),
    what: chance.one(...MEDDLING),
  }));
  const api = chance.is(0.25) ? "trove" : "cloudapi";
  const make = () =>
    api === "trove" ? instancesOf(chance, machines.length) : chainOf(chance, machines.length);
  const chains = [make()];
  if (chance.is(0.2)) chains.push(make());
  const person = () => chance.one("yes", "no", "nobody", "nobody");
  const kill = chance.is(0.25) ? chance.whole(2, 18) : undefined;
  return {
    seed,
    api,
    machines: api === "trove"
      ? machines.map((one) => ({
        ...one,
        guarded: false,
        state: one.state === "stopped" ? "running" : one.state,
      }))
      : machines,
    lag: chance.one(0, 0, 300, 2_500, 12_000),
    distance: chance.one(2, 40, 400),
    listing: chance.one(0, 0, 1_200, 8_000),
    audit: chance.is(0.8),
    skew: chance.one(0, 0, 0, -90_000, 700, 150_000, undefined),
    filters: chance.is(0.8),
    feed: chance.is(0.35) && api === "cloudapi"
      ? chance.list(1, 6, () => chance.one("told", "told", "told", "late", "twice", "lost", "bare"))
      : undefined,
    faults,
    outage: chance.is(0.05)
      ? { from: chance.whole(50, 10_000), to: chance.whole(10_000, 30_000) }
      : undefined,
    meanwhile,
    chains,
    consent: {
      ...(chance.is(0.3) ? { yes: true } : {}),
      ...(chance.is(0.35) ? { max: chance.whole(1, 4) } : {}),
      ...(chance.is(0.1) ? { expect: chance.whole(0, 5) } : {}),
      answer: person(),
    },
    way: chance.one("run", "run", "run", "run", "run", "kept", "task"),
    stop: chance.is(0.12)
      ? { at: chance.whole(1, chance.one(200, 5_000, 60_000)), how: chance.one("abort", "limit") }
      : undefined,
    kill,
    pause: chance.one(0, 1_000, 30_000, 900_000),
    again: { ...(chance.is(0.3) ? { yes: true } : {}), answer: person() },
  };
}

function chainOf(chance: Chance, machines: number): ChainStory {
  if (chance.is(0.08)) {
    return {
      select: { by: "create", name: chance.one("new-{n}", "m1"), count: chance.one(1, 1, 2) },
      protect: [],
      steps: chance.one<StepStory[]>(
        [["waitUntil", "running"]],
        [["waitUntil", "running"], ["tag", { mark: "1" }]],
        [],
      ),
    };
  }
  const index = () => chance.whole(0, machines - 1);
  const select = chance.one<ChainStory["select"]>(
    { by: "type", type: "test" },
    { by: "type", type: "test" },
    { by: "type", type: "test" },
    { by: "state", state: chance.one("running", "stopped") },
    { by: "pattern", text: "^m" },
    { by: "test", not: `m${index()}` },
    { by: "ids", of: chance.list(1, 3, index) },
    { by: "name", name: `m${index()}` },
    { by: "id", of: index() },
    { by: "all" },
  );
  const usual = chance.is(0.65);
  return {
    select,
    protect: chance.is(0.5) ? [chance.one("keep", "keep tag", "name", "guarded")] : [],
    ...(chance.is(0.3) ? { max: chance.whole(1, 5) } : {}),
    ...(chance.is(0.1) ? { expect: chance.whole(0, 5) } : {}),
    steps: usual ? chance.one(...USUAL) : chance.list(1, 5, () => chance.one(...LOOSE)),
  };
}

/** A chain on a database service's instances. */
function instancesOf(chance: Chance, machines: number): ChainStory {
  const index = () => chance.whole(0, machines - 1);
  return {
    select: chance.one<ChainStory["select"]>(
      { by: "pattern", text: "^m" },
      { by: "pattern", text: "^m" },
      { by: "test", not: `m${index()}` },
      { by: "ids", of: chance.list(1, 3, index) },
      { by: "name", name: `m${index()}` },
      { by: "id", of: index() },
      { by: "all" },
    ),
    protect: chance.is(0.3) ? ["name"] : [],
    ...(chance.is(0.3) ? { max: chance.whole(1, 5) } : {}),
    ...(chance.is(0.1) ? { expect: chance.whole(0, 5) } : {}),
    steps: chance.one<readonly StepStory[]>(
      [["delete"]],
      [["delete"], ["waitUntil", "DELETED"]],
      [["restart"], ["waitUntil", "ready"]],
      [["restart"], ["waitUntil", "ready"], ["restart"], ["waitUntil", "ready"]],
      [["restart"], ["waitUntil", "ready"], ["barrier"], ["delete"], ["waitUntil", "DELETED"]],
      [["waitUntil", "ready"], ["delete"]],
      [["rename", "other"]],
    ),
  };
}
