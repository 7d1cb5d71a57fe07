/**
 * Plays a story with the real engine: it runs, kills, resumes, saves and applies as the story says.
 */
import { type Datacenter, dc } from "../../lib/clouds/cloudapi/datacenter.ts";
import { machine } from "../../lib/clouds/cloudapi/machines/machine.ts";
import { type DatabaseService, dbaas } from "../../lib/clouds/openstack/trove/dbaas.ts";
import { instance } from "../../lib/clouds/openstack/trove/instances/instance.ts";
import { all } from "../../lib/engine/chain/all.ts";
import { planAgain } from "../../lib/engine/journal/apply_saved.ts";
import { output } from "../../lib/engine/process/output.ts";
import { MusterError } from "../../lib/engine/errors.ts";
import type { RunEvent } from "../../lib/engine/run/events.ts";
import { fileJournal, type FileJournalOptions } from "../../lib/engine/journal/file_journal.ts";
import type { Plan } from "../../lib/engine/plan/plan.ts";
import type { Question } from "../../lib/engine/plan/consent/confirm.ts";
import type { Report } from "../../lib/engine/run/report/report.ts";
import { resumeJournal } from "../../lib/engine/journal/resume.ts";
import { runPlans } from "../../lib/engine/run/run.ts";
import type { RunOptions } from "../../lib/engine/run/run_options.ts";
import { type ChainPlace, type SavedPlan, savePlan } from "../../lib/engine/plan/saved/saved_plan.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";
import { beginSession } from "../../lib/engine/run/session.ts";
import { Chance } from "./seeded_random.ts";
import { Cloud, idOf, START } from "./cloud.ts";
import { Front } from "./fake_server.ts";
import type { ChainStory, Story } from "./scenario.ts";

/** One go at it: the run, or its resuming. */
export interface Act {
  readonly kind: "run" | "apply" | "resume";
  /** How many deeds and writes there were before. */
  readonly from: { deeds: number; written: number };
  to: { deeds: number; written: number };
  readonly startedAt: number;
  endedAt: number;
  readonly events: RunEvent[];
  readonly plans: Plan[];
  readonly questions: Question[];
  /** What was said of consent. */
  readonly said: { yes?: boolean; max?: number; expect?: number; answer: "yes" | "no" | "nobody" };
  report: Report | undefined;
  error: Error | undefined;
  /** Whether the process died under it: then there was no report. */
  killed: boolean;
}

/** What happened. */
export interface Played {
  readonly story: Story;
  readonly cloud: Cloud;
  readonly acts: readonly Act[];
  /** Plans that were kept and done later. */
  readonly kept: readonly Plan[];
  readonly requests: number;
}

/** Longer than any story takes to play, ms of real time: its own clock stands still when nobody waits for anything. */
const FOR_EVER = 30_000;

/** Plays it. Rejects when it does not come to an end. */
export async function play(story: Story, folder: string): Promise<Played> {
  const clock = new VirtualClock({ quietTurns: 2, start: START });
  const cloud = new Cloud(story);
  const front = new Front(cloud, clock, story);
  const acts: Act[] = [];
  const kept: Plan[] = [];
  const { random } = Math;
  const { notice } = output;
  Math.random = new Chance(story.seed ^ 0xabc).next; // jitter
  output.notice = () => {};
  const over = new AbortController();
  const { promise: never, reject } = Promise.withResolvers<never>();
  const watch = setTimeout(() => reject(new Error("it does not come to an end")), FOR_EVER);
  try {
    await Promise.race([work(), never]);
  } finally {
    clearTimeout(watch);
    over.abort();
    Math.random = random;
    output.notice = notice;
  }
  cloud.settle(clock.now() + 3_600_000);
  return { story, cloud, acts, kept, requests: front.requests };

  function handleTo(): Handle {
    if (story.api === "trove") {
      return dbaas({
        name: "west",
        endpoint: "https://db.example.com/v1.0/p",
        token: "t",
        fetch: front.fetch,
        clock,
      });
    }
    return dc({
      name: "east",
      url: "https://east.example.com",
      account: "me",
      fetch: front.fetch,
      clock,
      changefeed: story.feed ? front.open : false,
      signer: {
        keyId: "/me/keys/k",
        algorithm: "ed25519-sha512",
        sign: () => Promise.resolve(new Uint8Array(64)),
      },
    });
  }

  async function work(): Promise<void> {
    const path = `${folder}/${story.seed}.jsonl`;
    const files = new Files(story.kill);
    const kill = new AbortController();
    files.cut = () => kill.abort(new DOMException("killed", "AbortError"));
    try {
      const handle = handleTo();
      // deno-lint-ignore no-explicit-any
      let made: any[];
      try {
        made = story.chains.map((one) => chainOf(handle, one));
      } catch (error) {
        if (error instanceof MusterError) return; // it makes no sense, and nothing was sent
        throw error;
      }
      let again: Plan[] | undefined;
      let said = story.consent;
      if (story.way === "kept") {
        try {
          const plans = await all(...made).plan();
          kept.push(...plans);
          const file = JSON.parse(JSON.stringify(plans.map(savePlan))) as SavedPlan[]; // as data
          await clock.sleep(story.pause);
          const known = await Promise.all(file.map((one) => planAgain(one, () => placeOf(handle))));
          again = known.map(({ plan }) => plan);
          // As the command has it: a plan that still holds is the consent.
          if (known.every(({ drifted }) => drifted.length === 0)) said = { ...said, yes: true };
        } catch {
          return; // nothing was sent
        }
      }
      const { stop } = story;
      const signals: AbortSignal[] = [kill.signal];
      if (stop?.how === "abort") {
        const abort = new AbortController();
        void clock.sleep(stop.at, over.signal).then(() => abort.abort(new Error("enough")), () => {});
        signals.push(abort.signal);
      }
      const options: RunOptions = {
        throwOnError: false,
        signal: AbortSignal.any(signals),
        ...(stop?.how === "limit" ? { timeout: stop.at } : {}),
        ...(story.kill === undefined ? {} : { journal: fileJournal(path, { open: files.open }) }),
      };
      if (story.way === "task") {
        const { yes, max, expect, answer } = said;
        const end = beginSession({
          yes,
          max,
          expect,
          confirm(question) {
            acts.at(-1)!.questions.push(question);
            return Promise.resolve(answer === "nobody" ? undefined : answer === "yes");
          },
        });
        const { journal: _, ...rest } = options;
        // What a task says for itself does not count.
        const own = story.again.yes ? { ...rest, yes: true } : rest;
        try {
          for (const chain of made) {
            await act("run", said, own, (whole) => chain.run({ ...whole, again: true }), true);
          }
        } finally {
          end();
        }
        return;
      }
      const first = await act(
        again ? "apply" : "run",
        said,
        options,
        (whole) => again ? runPlans(again, whole) : all(...made).run(whole),
      );
      files.flush();
      if (story.kill === undefined || !exists(path)) return;
      first.killed = kill.signal.aborted;
      await clock.sleep(story.pause);
      files.left = Infinity;
      files.cut = () => {};
      const other = handleTo();
      await act(
        "resume",
        story.again,
        { throwOnError: false },
        (whole) => resumeJournal(path, () => placeOf(other), { ...whole, open: files.open }),
      );
    } finally {
      files.flush();
      if (exists(path)) Deno.removeSync(path);
    }
  }

  async function act(
    kind: Act["kind"],
    said: Act["said"],
    options: RunOptions,
    go: (options: RunOptions) => Promise<Report>,
    ruled = false,
  ): Promise<Act> {
    const at = () => ({ deeds: cloud.deeds.length, written: cloud.written.length });
    const one: Act = {
      kind,
      from: at(),
      to: at(),
      startedAt: clock.now(),
      endedAt: 0,
      events: [],
      plans: [],
      questions: [],
      said,
      report: undefined,
      error: undefined,
      killed: false,
    };
    acts.push(one);
    try {
      one.report = await go({
        ...options,
        ...(said.yes && !ruled ? { yes: true } : {}),
        ...(said.max === undefined || ruled ? {} : { max: said.max }),
        ...(said.expect === undefined || ruled ? {} : { expect: said.expect }),
        confirm: (question) => {
          one.questions.push(question);
          return Promise.resolve(said.answer === "nobody" ? undefined : said.answer === "yes");
        },
        on(event) {
          one.events.push(event);
          if (event.type === "planned") one.plans.push(event.plan);
        },
      });
    } catch (error) {
      one.error = error as Error;
    }
    one.endedAt = clock.now();
    one.to = at();
    return one;
  }
}

type Handle = Datacenter | DatabaseService;

async function placeOf(handle: Handle): Promise<ChainPlace> {
  return { endpoint: await handle.endpoint(), resource: "machines" in handle ? machine : instance() };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Journal files that break off after so many lines, as if the process had died there; in memory while they are written. */
class Files {
  left: number;
  cut: () => void = () => {};
  readonly #open = new Map<string, string>();

  constructor(lines: number | undefined) {
    this.left = lines ?? Infinity;
  }
  flush(): void {
    for (const [path, text] of this.#open) Deno.writeTextFileSync(path, text);
    this.#open.clear();
  }
  readonly open: NonNullable<FileJournalOptions["open"]> = (path, fresh) => {
    let text = fresh ? "" : Deno.readTextFileSync(path);
    let dead = false;
    return Promise.resolve({
      write: (bytes) => {
        if (dead) return Promise.reject(new Error("written to after the end"));
        const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
        const whole = lines.slice(0, this.left);
        this.left -= whole.length;
        text += whole.map((line) => `${line}\n`).join("");
        this.#open.set(path, text);
        if (whole.length === lines.length) return Promise.resolve(bytes.length);
        dead = true;
        const torn = lines[whole.length]!;
        this.#open.set(path, text + torn.slice(0, torn.length >> 1));
        this.cut();
        return Promise.reject(new Error("the process died"));
      },
      syncData: () => Promise.resolve(),
      tryLock: () => Promise.resolve(true),
      truncate: (length) => {
        text = text.slice(0, length);
        this.#open.set(path, text);
        return Promise.resolve();
      },
      close: () => this.flush(),
    });
  };
}

/** The chain as a person writes it. */
// deno-lint-ignore no-explicit-any
export function chainOf(handle: any, { select, protect, max, expect, steps }: ChainStory): any {
  // deno-lint-ignore no-explicit-any
  let chain: any;
  const many = () => "machines" in handle ? handle.machines() : handle.instances();
  const one = (which: string) => "machines" in handle ? handle.machine(which) : handle.instance(which);
  switch (select.by) {
    case "type":
      chain = handle.machines({ type: select.type });
      break;
    case "state":
      chain = handle.machines({ type: "test" }).where({ state: select.state });
      break;
    case "pattern":
      chain = many().where({ name: new RegExp(select.text) });
      break;
    case "test":
      chain = many().where({ name: (name: string) => name !== select.not });
      break;
    case "ids":
      chain = many().where({ id: select.of.map(idOf) });
      break;
    case "name":
      chain = one(select.name);
      break;
    case "id":
      chain = one(idOf(select.of));
      break;
    case "all":
      chain = many().all();
      break;
    case "create":
      chain = handle.createMachine({
        name: select.name,
        count: select.count,
        image: "11111111-1111-4111-8111-111111111111",
        package: "22222222-2222-4222-8222-222222222222",
        tags: { type: "new" },
      });
      break;
  }
  for (const which of protect) {
    if (which === "keep tag") chain = chain.protect({ tags: { keep: "yes" } });
    if (which === "keep") chain = chain.protect({ keep: "yes" });
    if (which === "name") chain = chain.protect({ name: "m2" });
    if (which === "guarded") chain = chain.protect({ deletion_protection: true });
  }
  if (max !== undefined) chain = chain.max(max);
  if (expect !== undefined) chain = chain.expect(expect);
  for (const [method, ...given] of steps) chain = chain[method](...given);
  return chain;
}
