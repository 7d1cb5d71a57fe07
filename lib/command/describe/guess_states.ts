/**
 * Guesses from the names of states what they mean: which of them a member leaves by itself, and for which states.
 *
 * Each guess is written with a mark, so that a person decides.
 *
 * @module
 */

/** States, and the guesses about them. */
export interface States {
  /** All states, including the one that means gone. */
  readonly all: readonly string[];
  readonly gone: string;
  /** Whether the gone state was added here because the API has none. */
  readonly ownGone: boolean;
  /** Where a member goes from a state by itself. */
  readonly drift: ReadonlyMap<string, readonly string[]>;
  readonly failures: readonly string[];
  readonly opaque: readonly string[];
  /** States in which a member stays. */
  readonly resting: readonly string[];
}

const GONE = /^(gone|deleted|terminated|destroyed|removed)$/i;
const FAILED = /^(.*[-_ ])?(failed|failure|error|errored|crashed|broken|faulted|dead)$/i;
const HIDDEN = /^(unknown|offline|unreachable|lost|unavailable|not[-_ ]?responding)$/i;
/** Words that end with -ing and do not mean a transition. */
const STAYS = /^(running|working|existing|missing|serving|listening)$/i;
const MOVES =
  /ing$|^(build|rebuild|resize|reboot|hard_reboot|provision|queued|scheduled|new|init|requested|submitted|restart)$/i;

/** Where states lead: from a name that begins with the first pattern, to one that matches the second. */
const LEADS: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^(delet|destroy|terminat|remov|purg)/i, GONE],
  [
    /^(stop|shut|power(ing)?[-_]?off|halt)/i,
    /^(stopped|shutoff|off|down|halted|inactive|exited|powered[-_]?off|shutdown)$/i,
  ],
  [/^(paus)/i, /^paused$/i],
  [/^(suspend)/i, /^suspended$/i],
  [
    /^(start|boot|power(ing)?[-_]?on|resum|unpaus|reboot|hard_reboot|restart|creat|build|provision|pend|queue|schedul|init|new|allocat|launch|deploy|request|submit)/i,
    /^(running|active|started|up|on|ready|available|ok|online|working|in[-_ ]?use|healthy|created|enabled|succeeded|complete|completed)$/i,
  ],
];

/** Guesses about the states that an API lists. */
export function guessStates(listed: readonly string[]): States {
  const gone = listed.find((one) => GONE.test(one)) ?? (listed.includes("gone") ? "absent" : "gone");
  const ownGone = !listed.includes(gone);
  const all = ownGone ? [...listed, gone] : [...listed];
  const failures = listed.filter((one) => FAILED.test(one));
  const opaque = listed.filter((one) => HIDDEN.test(one));
  const moving = listed.filter((one) =>
    one !== gone && !STAYS.test(one) && !failures.includes(one) && !opaque.includes(one) && MOVES.test(one)
  );
  const resting = listed.filter((one) =>
    one !== gone && !failures.includes(one) && !opaque.includes(one) && !moving.includes(one)
  );
  const drift = new Map(moving.map((from) => {
    const leads = LEADS.filter(([begins]) => begins.test(from)).flatMap(([, to]) =>
      all.filter((one) => to.test(one))
    );
    // Without a guess any state may follow; a wait then only takes longer than necessary.
    const known = leads.length > 0
      ? leads
      : /^(delet|destroy|terminat|remov|purg)/i.test(from)
      ? [gone]
      : resting;
    return [from, [...new Set([...known, ...failures])]] as const;
  }));
  return { all, gone, ownGone, drift, failures, opaque, resting };
}

/** The guess about an action, from its name. */
export interface Effect {
  /** The states in which it is accepted; undefined if unknown. */
  readonly from: readonly string[] | undefined;
  readonly enters: string | undefined;
  readonly always: boolean;
  readonly destructive: boolean;
}

const RUNNING = /^(running|active|started|up|on|ready|available|online|working|enabled)$/i;
const STOPPED =
  /^(stopped|shutoff|off|down|halted|inactive|exited|powered[-_]?off|shutdown|created|disabled)$/i;

interface Verb {
  readonly name: RegExp;
  readonly from?: RegExp;
  /** The states that it leads to; the first that exists counts. */
  readonly to?: readonly RegExp[];
  readonly always?: true;
  /** Whether it can be undone, or only changes a setting. */
  readonly mild: boolean;
}

const VERBS: readonly Verb[] = [
  {
    name: /^(os)?(force)?(delete|destroy|terminate|remove|purge)$/,
    to: [/^(delet|destroy|terminat|remov|purg)\w*ing$/i, GONE],
    mild: false,
  },
  {
    name: /^(stop|shutdown|poweroff|shutoff|halt|deactivate|disable)$/,
    from: RUNNING,
    to: [/^(stop|shut|power(ing)?[-_]?off|halt)\w*ing$/i, STOPPED],
    mild: true,
  },
  {
    name: /^(start|poweron|boot|activate|enable|run)$/,
    from: STOPPED,
    to: [/^(start|boot|power(ing)?[-_]?on)\w*ing$/i, RUNNING],
    mild: true,
  },
  {
    name: /^(reboot|restart|powercycle|softreboot|hardreboot)$/,
    from: RUNNING,
    to: [/^(reboot|restart|hard_reboot)(ing)?$/i, RUNNING],
    always: true,
    mild: true,
  },
  { name: /^pause$/, from: RUNNING, to: [/^pausing$/i, /^paused$/i], mild: true },
  { name: /^unpause$/, from: /^paused$/i, to: [/^(unpausing|resuming)$/i, RUNNING], mild: true },
  { name: /^suspend$/, from: RUNNING, to: [/^suspending$/i, /^suspended$/i], mild: true },
  { name: /^(resume|unsuspend)$/, from: /^(suspended|paused)$/i, to: [/^resuming$/i, RUNNING], mild: true },
  {
    name: /^(update|rename|tag|untag|lock|unlock|attach|label|setmetadata|cordon|uncordon|changename)$/,
    mild: true,
  },
];

/** Guesses from its name what an action does. An unknown action counts as one that cannot be undone. */
export function guessEffect(name: string, { all, resting }: States): Effect {
  const bare = name.toLowerCase();
  const verb = VERBS.find((one) => one.name.test(bare));
  const named = (pattern: RegExp | undefined) => pattern ? resting.filter((one) => pattern.test(one)) : [];
  const from = named(verb?.from);
  const enters = verb?.to?.map((to) => all.find((one) => to.test(one))).find((one) => one !== undefined);
  return {
    from: from.length > 0 ? from : undefined,
    enters,
    always: verb?.always === true,
    destructive: verb === undefined || !verb.mild,
  };
}
