/**
 * The promises of every run, checked against what the small datacenter itself has recorded:
 *
 * 1. what was destroyed is part of what was shown and allowed, and was not seen to be protected or another thing;
 * 2. what is reported as succeeded has happened on the server;
 * 3. what is reported as not done is not done, or is named as doubtful;
 * 4. nothing is done twice that would do harm, and nothing is sent to a member that is not in the plan;
 * 5. every run ends within the times in its plan, and every member has exactly one fate.
 */
import { MusterError, TransportError } from "../../lib/engine/errors.ts";
import type { RunEvent } from "../../lib/engine/run/events.ts";
import type { Plan } from "../../lib/engine/plan/plan.ts";
import type { MemberReport } from "../../lib/engine/run/report/report_facts.ts";
import type { Cloud, Deed } from "./cloud.ts";
import type { Act, Played } from "./run_scenario.ts";
import type { ChainStory, StepStory } from "./scenario.ts";
import { STATUS } from "./trove_answers.ts";

const MINUTE = 60_000;
const FATES: readonly string[] = ["succeeded", "skipped", "failed", "held", "interrupted"];
/** Actions of which a second does harm whatever the first one did. */
const HARMFUL = ["reboot", "create"];

/** What the server calls a step's action. */
const DEEDS: Record<string, string> = {
  enableDeletionProtection: "guard",
  disableDeletionProtection: "guard",
  enableFirewall: "firewall",
  disableFirewall: "firewall",
  restart: "reboot",
};
const deedOf = (method: string) => DEEDS[method] ?? method;

/** Every promise that was broken, in a sentence each. */
export function broken(played: Played): string[] {
  const said: string[] = [];
  const say = (promise: string, fact: string) => said.push(`${promise}: ${fact}`);
  for (const [index, act] of played.acts.entries()) {
    const before = played.acts.slice(0, index);
    shown(played, act, before, say);
    allowed(played, act, before, say);
    if (act.error) properly(act.error, say);
    if (!act.report || act.killed) continue;
    whole(act, say);
    for (const [plan, one] of membersOf(act)) {
      if (one.error) properly(one.error, say);
      const way = new Way(played.cloud, act, plan, one);
      if (one.fate === "succeeded") succeeded(way, say);
      else if (one.fate === "skipped") skipped(way, say);
      else undone(way, say);
    }
  }
  lastSight(played, say);
  twice(played, say);
  return said;
}

type Say = (promise: string, fact: string) => void;

const isDestroying = (plan: Plan) =>
  plan.steps.some((step) => step.kind === "action" && step.name === "delete");
const deedsOf = (cloud: Cloud, act: Act) =>
  cloud.deeds.slice(act.from.deeds, act.to.deeds).filter(({ by }) => by === "us");

/** Nothing is sent to a member of which no plan said so. */
function shown({ cloud, kept }: Played, act: Act, before: readonly Act[], say: Say): void {
  const made = new Set(
    cloud.deeds.filter(({ by, action }) => by === "us" && action === "create").map(({ id }) => id),
  );
  const all = new Set(act.plans.flatMap(({ members }) => members.map(({ id }) => id)));
  const first = act.kind === "run" ? [] : [...kept, ...before.flatMap(({ plans }) => plans)];
  const known = new Set(first.flatMap(({ members }) => members.map(({ id }) => id)));
  for (const { id, action } of cloud.written.slice(act.from.written, act.to.written)) {
    if (id === "" || made.has(id)) continue;
    if (!all.has(id)) say("sent only to whom the plan names", `${action} ${nameOf(cloud, id)}`);
    else if (first.length > 0 && !known.has(id)) {
      say("sent only to whom the first plan named", `${action} ${nameOf(cloud, id)}`);
    }
  }
  // Who is refused somewhere is not begun.
  for (const plan of act.plans) {
    for (const member of plan.members) {
      const refusal = member.predictions.find(({ verdict }) => verdict === "refuse");
      if (!refusal || act.plans.length > 1) continue;
      for (const { id, action } of cloud.written.slice(act.from.written, act.to.written)) {
        if (id !== "" && id === member.id) {
          say(
            "nothing is sent to a member whose plan holds a refusal",
            `${action} ${member.name}: ${refusal.why}`,
          );
        }
      }
    }
  }
}

/** What is destroyed was allowed. */
function allowed({ cloud, story }: Played, act: Act, before: readonly Act[], say: Say): void {
  const acts = [...before, act];
  const sent = act.to.written - act.from.written;
  const asked = act.questions.length > 0;
  if (asked && act.said.answer !== "yes" && sent > 0) {
    say("nothing is sent where the answer is not yes", `${sent} writes, answer ${act.said.answer}`);
  }
  if (act.report === undefined && sent > 0 && !act.killed) {
    say("nothing is sent by a run that is refused", `${sent} writes: ${act.error?.message}`);
  }
  const free = acts.some(({ said, questions }) =>
    said.yes || (questions.length > 0 && said.answer === "yes")
  );
  if (story.way === "task") {
    const { max, expect } = act.said;
    const all = acts.flatMap((one) => deedsOf(cloud, one)).filter(({ action }) => action === "delete");
    const destroyed = new Set(all.map(({ id }) => id)).size;
    const most = max ??
      acts.flatMap(({ plans }) => plans).reduce((sum, { rails }) => sum + (rails.max ?? 20), 0);
    const expected = expect !== undefined ||
      acts.some(({ plans }) => plans.some(({ rails }) => rails.expect !== undefined));
    if (!free && !expected && destroyed > most) {
      say("no more is destroyed by a task than was allowed", `${destroyed} of at most ${most}`);
    }
    return;
  }
  for (const plan of (before[0] ?? act).plans) {
    const ids = new Set(plan.members.map(({ id }) => id));
    const destroyed = new Set(
      acts.flatMap((one) => deedsOf(cloud, one)).filter(({ action, id }) =>
        action === "delete" && ids.has(id)
      ).map(
        ({ id }) => id,
      ),
    );
    if (
      !isDestroying(plan) &&
      acts.every((one) => !one.plans.some((other) => other !== plan && isDestroying(other)))
    ) {
      if (destroyed.size > 0) say("nothing is destroyed by a chain that destroys nothing", plan.chain);
    }
    if (before.length === 0 && destroyed.size > act.plans.reduce((sum, one) => sum + one.destroyed, 0)) {
      say("no more is destroyed than the plan says", `${destroyed.size}, said ${plan.destroyed}`);
    }
    const first = (before[0] ?? act).said;
    const expect = first.expect ?? plan.rails.expect;
    if (expect !== undefined && expect !== plan.members.length) {
      if (destroyed.size > 0) say("nothing is destroyed where another number was expected", `${expect}`);
    }
    if (free || expect !== undefined || acts.some(({ plans }) => plans.length > 1)) continue;
    const max = Math.max(...acts.map(({ said }) => said.max ?? plan.rails.max ?? 20));
    if (destroyed.size > max) {
      say("no more is destroyed than was allowed", `${destroyed.size} of at most ${max}`);
    }
  }
}

/** Errors are those that people are told of. */
function properly(error: Error, say: Say): void {
  if (error instanceof MusterError || error.name === "AbortError" || error.name === "ChainError") return;
  if (error.message === "enough") return;
  say("errors are of muster's own", `${error.name}: ${error.message}`);
}

/** Every member has one fate, and the run ends in time. */
function whole(act: Act, say: Say): void {
  const { members } = act.report!;
  const wanted = act.plans.reduce((sum, plan) => sum + plan.members.length, 0);
  if (members.length !== wanted) say("every member has a fate", `${members.length} of ${wanted}`);
  for (const one of members) {
    if (!FATES.includes(one.fate)) say("every member has a fate", `${one.name}: ${one.fate}`);
  }
  const limit = Math.max(
    0,
    ...act.plans.map(({ steps }) =>
      steps.reduce(
        (sum, step) => sum + (step.kind === "wait" ? step.timeout + 2 * MINUTE : 20 * MINUTE),
        10 * MINUTE,
      )
    ),
  );
  if (act.endedAt - act.startedAt > limit) say("every run ends in time", `${act.endedAt - act.startedAt} ms`);
  const wrong = act.report!.members.find(({ fate, why, error }) =>
    ["failed", "held"].includes(fate) && (why === "" || !error)
  );
  if (wrong) say("what fails says why", wrong.name);
}

function membersOf(act: Act): [Plan, MemberReport, number][] {
  const all: [Plan, MemberReport, number][] = [];
  let at = 0;
  for (const plan of act.plans) {
    for (const _ of plan.members) all.push([plan, act.report!.members[at]!, at++]);
  }
  return all.filter(([, one]) => one);
}

/** One member's way, as it was told and as the server has it. */
class Way {
  readonly cloud: Cloud;
  readonly act: Act;
  readonly plan: Plan;
  readonly member: MemberReport;
  readonly events: readonly (RunEvent & { step: number })[];
  readonly name: string;
  /** What we had done to it, and what anybody had, in this act. */
  readonly ours: readonly Deed[];
  readonly anybodys: readonly Deed[];

  constructor(cloud: Cloud, act: Act, plan: Plan, member: MemberReport) {
    this.cloud = cloud;
    this.act = act;
    this.plan = plan;
    this.member = member;
    const number = act.plans.indexOf(plan);
    const index = plan.members.findIndex((one) =>
      one.id === member.id || (one.id === "" && one.name === member.name)
    );
    this.events = act.events.filter((event): event is RunEvent & { step: number } =>
      "step" in event && "member" in event && event.member.plan === number && event.member.index === index
    );
    this.name = `${member.name} (${member.fate})`;
    const mine = (deed: Deed) => deed.id === member.id && deed.action !== "create";
    this.anybodys = cloud.deeds.slice(act.from.deeds).filter(mine);
    this.ours = deedsOf(cloud, act).filter(mine);
  }
  told(step: number, type: RunEvent["type"]) {
    return this.events.find((event) => event.step === step && event.type === type);
  }
  /** Where it was at some time from one to another. */
  states(from: number, to: number): Set<string> {
    const history = this.cloud.vms.get(this.member.id)?.history ?? [];
    const states = new Set<string>();
    for (const [n, { at, state }] of history.entries()) {
      const until = history[n + 1]?.at ?? Infinity;
      if (at <= to && until >= from) {
        states.add(this.plan.resource.kind === "instance" ? STATUS[state]! : state);
      }
    }
    return states;
  }
}

/** Each step of a member that succeeded happened. */
function succeeded(way: Way, say: Say): void {
  const { plan, act, cloud, member } = way;
  let since = act.startedAt;
  const used = new Set<Deed>();
  const first = plan.members.find(({ id }) => id === member.id)?.startAt ?? 0;
  for (const [index, step] of plan.steps.entries()) {
    if (index < first) continue;
    if (step.kind === "create") {
      if (!cloud.vms.has(member.id)) say("what succeeded happened", `create ${way.name}`);
      const made = cloud.deeds.find((one) => one.id === member.id && one.action === "create");
      if (made?.by === "somebody") say("what was made is ours", `create ${way.name} took up somebody else's`);
    }
    if (step.kind === "action") {
      if (way.told(index, "skipped")) continue;
      const accepted = way.told(index, "accepted");
      if (!accepted) {
        say("what succeeded was told of", `${step.name} ${way.name}`);
        continue;
      }
      const checked = accepted.type === "accepted" && accepted.checked;
      const action = deedOf(step.name);
      // A write in doubt since before this process may have been done then.
      const pool = checked
        ? cloud.deeds.filter((one) =>
          one.id === member.id && (one.by === "us" || !HARMFUL.includes(action) || true)
        )
        : way.ours;
      const deed = pool.find((one) =>
        one.action === action && !used.has(one) && one.takenAt <= accepted.at
      ) ??
        (checked && gone(cloud, member.id) ? pool.find((one) => one.action === "delete") : undefined);
      if (!deed) {
        const so = checked && shows(cloud, member.id, step.name, step.args, accepted.at);
        if (!so) {
          say(
            "what succeeded happened",
            `${step.name} ${way.name}${checked ? ", as it was looked for" : ""}`,
          );
        }
        continue;
      }
      // The delete that stands for what a gone member cannot show any more is still to be looked for itself.
      if (deed.action === action) used.add(deed);
      if (["stop", "start", "reboot", "delete"].includes(action)) {
        since = Math.max(since, deed.begunAt ?? deed.takenAt);
      }
    }
    if (step.kind === "wait") {
      const waited = way.told(index, "waited");
      if (!waited) {
        say("what succeeded was told of", `a wait of ${way.name}`);
        continue;
      }
      const states = way.states(since, waited.at);
      const targets = step.targets.map((one) =>
        one === "ready" && plan.resource.kind === "instance" ? "ACTIVE" : one
      );
      const reached = step.until
        ? targets.some((one) => states.has(one))
        : [...states].some((one) => !targets.includes(one));
      if (!reached) {
        say(
          "what was waited for came",
          `${step.until ? "until" : "while"} ${step.targets}, ${way.name} was ${[...states]} meanwhile`,
        );
      }
    }
  }
}

const gone = (cloud: Cloud, id: string) => cloud.vms.get(id)?.state === "deleted";

/** Whether the machine was as an action would have it, whoever made it so. */
function shows(cloud: Cloud, id: string, action: string, args: readonly unknown[], at: number): boolean {
  const vm = cloud.vms.get(id);
  if (!vm) return false;
  const state = vm.history.filter((one) => one.at <= at).at(-1)?.state;
  // As it was then: what the chain did to it later is another matter.
  const then = vm.fields.filter((one) => one.at <= at).at(-1) ?? vm;
  switch (action) {
    case "stop":
      return state === "stopping" || state === "stopped";
    case "start":
      return state === "ready" || state === "running";
    case "delete":
      return state === "deleted";
    case "tag":
      return Object.entries(args[0] as object).every(([key, value]) => then.tags[key] === value);
    case "untag":
      return !Object.hasOwn(then.tags, args[0] as string);
    case "enableDeletionProtection":
    case "disableDeletionProtection":
      return then.guarded === (action === "enableDeletionProtection");
    case "enableFirewall":
      return then.firewall;
    default:
      return false;
  }
}

/** Nothing was done to a member that was skipped. */
function skipped(way: Way, say: Say): void {
  if (way.act.plans.length > 1) return; // by another chain, maybe
  for (const { action, effect } of way.ours) {
    if (effect !== false) say("nothing is done to what is skipped", `${action} ${way.name}`);
  }
}

/** Nothing was done to a member from where it stopped, but what is said to be in doubt. */
function undone(way: Way, say: Say): void {
  const { plan, act, member, cloud } = way;
  const over = way.events.find(({ type }) =>
    type === "failed" || type === "interrupted" || (type as string) === "held"
  );
  const last = over?.step ?? 0;
  const error = member.error;
  const doubtful = member.doubtful !== undefined ||
    (error instanceof TransportError && error.sent === "unknown") ||
    /cannot tell|may (have|be|exist)|doubt|not known|nobody knows/i.test(error?.message ?? "");
  if (act.plans.length > 1) return;
  const step = plan.steps[last];
  if (step?.kind === "create") {
    const made = deedsOf(cloud, act).some((one) => one.action === "create" && one.what === member.name);
    if (made && !doubtful && !way.told(last, "accepted")) {
      say("what is not done is not done, or doubtful", `create ${way.name}: ${error?.message}`);
    }
    return;
  }
  const told = new Map<string, number>();
  for (const event of way.events) {
    if (event.type !== "accepted") continue;
    const action = deedOf(event.action);
    told.set(action, (told.get(action) ?? 0) + 1);
  }
  for (const action of new Set(way.ours.map((one) => one.action))) {
    const steps = plan.steps.filter((one, n) =>
      one.kind === "action" && deedOf(one.name) === action && n <= last
    );
    if (steps.length === 0) {
      say("nothing is done after where it stopped", `${action} ${way.name}: ${error?.message}`);
    } else if (!told.has(action) && !doubtful) {
      say("what is not done is not done, or doubtful", `${action} ${way.name}: ${error?.message}`);
    }
  }
}

/** What was last seen of a member in the wait before it was destroyed allowed it. */
function lastSight({ cloud, acts, story }: Played, say: Say): void {
  for (const [at, act] of acts.entries()) {
    // A task has its chains done one after another.
    const chains = story.way === "task" ? story.chains.slice(at, at + 1) : story.chains;
    for (const deed of deedsOf(cloud, act)) {
      // Of a run that is taken up again only the plans are left that are not done.
      if (deed.action !== "delete" || (act.kind === "resume" && chains.length > 1)) continue;
      const reasons = chains.flatMap((chain, n) => {
        const plan = act.plans[n];
        const index = plan?.members.findIndex(({ id }) => id === deed.id) ?? -1;
        if (index < 0 || !chain.steps.some(([name]) => name === "delete")) return [];
        const waits = act.events.filter((event) =>
          (event.type === "waiting" || event.type === "waited") && event.member.plan === n &&
          event.member.index === index && event.at <= deed.sentAt
        );
        const waited = waits.at(-1), waiting = waits.at(-2);
        if (waited?.type !== "waited" || waiting?.type !== "waiting") return [undefined];
        const sight = cloud.shown.filter((one) =>
          one.id === deed.id && one.record && one.at > waiting.at && one.at <= waited.at
        ).at(-1);
        return [sight && unfit(chain, sight.record!, deed.id)];
      });
      if (reasons.length > 0 && reasons.every((why) => why !== undefined)) {
        say(
          "what was seen to be protected or of another kind is not destroyed",
          `${nameOf(cloud, deed.id)}: ${reasons}`,
        );
      }
    }
  }
}

/** Why a machine is not one that this chain may destroy. */
function unfit(
  { select, protect, steps }: ChainStory,
  record: Readonly<Record<string, unknown>>,
  _id: string,
) {
  const sets = (key: string) =>
    steps.some(([name, given]: StepStory) => name === "tag" && Object.hasOwn(given as object, key));
  const tags = (record.tags ?? {}) as Record<string, string>;
  if ((select.by === "type" || select.by === "state") && !sets("type")) {
    const type = select.by === "type" ? select.type : "test";
    if (tags.type !== type) return `its type is ${tags.type}`;
  }
  if (select.by === "pattern" && !new RegExp(select.text).test(String(record.name))) {
    return `it is called ${record.name}`;
  }
  if (select.by === "test" && record.name === select.not) return `it is called ${record.name}`;
  for (const one of protect) {
    if ((one === "keep" || one === "keep tag") && tags.keep === "yes") return "its keep is yes";
    if (one === "name" && record.name === "m2") return "it is called m2";
    if (
      one === "guarded" && record.deletion_protection === true &&
      !steps.some(([name]) => /Protection/.test(name))
    ) {
      return "its deletion protection is on";
    }
  }
  return undefined;
}

/** What does harm when it is done twice is not. */
function twice({ cloud, acts, story }: Played, say: Say): void {
  const ids = new Set(cloud.deeds.filter(({ by }) => by === "us").map(({ id }) => id));
  for (const id of ids) {
    const ours = cloud.deeds.filter((one) => one.by === "us" && one.id === id && one.effect !== false);
    const alone = !cloud.deeds.some((one) => one.by === "somebody" && one.id === id) &&
      !story.meanwhile.some(({ what }) => what === "fail" || what === "recreate");
    for (const action of new Set(ours.map((one) => one.action))) {
      if (!alone && !HARMFUL.includes(action)) continue;
      if (action === "create") continue;
      const runs = story.way === "task" ? acts : acts.slice(0, 1);
      const wanted = runs.flatMap(({ plans }) => plans).reduce(
        (sum, { steps, members }) =>
          sum +
          (members.some((one) => one.id === id || one.id === "")
            ? steps.filter((step) => step.kind === "action" && deedOf(step.name) === action).length
            : 0),
        0,
      );
      const done = ours.filter((one) => one.action === action).length;
      if (!HARMFUL.includes(action) && ["tag", "untag", "guard", "firewall", "rename"].includes(action)) {
        continue;
      }
      if (done > wanted) say("nothing is done twice", `${action} ${nameOf(cloud, id)}: ${done} of ${wanted}`);
    }
  }
  const names = cloud.deeds.filter((one) => one.by === "us" && one.action === "create").map(({ what }) =>
    what
  );
  const made = story.chains.reduce((sum, { select }) => sum + (select.by === "create" ? select.count : 0), 0);
  if (names.length > made) say("nothing is made twice", `${names}`);
}

const nameOf = (cloud: Cloud, id: string) => `${cloud.vms.get(id)?.name} (${id.slice(-2)})`;
