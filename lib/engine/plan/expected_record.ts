/**
 * What a record is expected to be once earlier steps of the chain have been done, and what would keep a step from working
 * then.
 *
 * @module
 */
import type { AnyAction, AnyResource } from "../resource/describe.ts";
import { isPlain } from "../resource/fields.ts";
import type { ActionStep, PerformStep } from "../resource/steps.ts";

/** Thrown by the reading of a field of which nothing is known. */
const UNKNOWN: unique symbol = Symbol("this field is not known");

/** The names of the fields that an action may change besides those of the state and the mark. */
export function changedBy(action: AnyAction, args: readonly unknown[]): readonly string[] {
  const { changes = [] } = action;
  return typeof changes === "function" ? changes(...args as never[]) : changes;
}

/**
 * The fields of a record that a reader looks at, such as those its state is told by: `state`, `status.phase`. Of a field that
 * holds others only those count, as what else it holds may be what the member was selected by.
 */
function fieldsOf(read: ((record: object) => unknown) | undefined, record: object): string[] {
  const fields = new Set<string>();
  const watched = (part: object, path: string): object => {
    const plain = isPlain(part);
    // Of a copy: what is frozen would have to be given as it is.
    return new Proxy(plain ? { ...part } : part, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (typeof key !== "string") return value;
        const at = `${path}${key}`;
        if (plain && isPlain(value)) return watched(value, `${at}.`);
        fields.add(at);
        return value;
      },
    });
  };
  read?.(watched(record, ""));
  return [...fields];
}

/** The fields of a record that tell where the member is. */
export function stateFields(resource: AnyResource, record: object): string[] {
  return fieldsOf((one) => resource.state(one), record);
}

/**
 * The fields of a record that change with every change of it. What it is called and tagged is none of them, even where the
 * mark is made of the whole record.
 */
export function markFields(resource: AnyResource, record: object): string[] {
  if (!resource.mark) return [];
  const told = fieldsOf((one) => [resource.name(one), JSON.stringify(resource.tags?.(one))], record);
  return fieldsOf((one) => resource.mark!(one), record).filter((field) => !told.includes(field));
}

/** What is expected of a record after some steps. */
export class ExpectedRecord {
  readonly #unknown = new Set<string>();
  readonly #made = new Map<string, unknown>();

  /** An action is done. */
  afterAction(action: AnyAction, record: object, args: readonly unknown[]): void {
    this.#lose(changedBy(action, args));
    const view = this.of(record);
    const made = judged(() => action.makes?.(view, ...args as never[])) ?? {};
    for (const [field, value] of Object.entries(made)) {
      this.#made.set(field, value);
      this.#unknown.delete(field);
    }
  }

  /** A step is done that is no action. */
  afterPerforming(step: PerformStep): void {
    this.#lose(step.performance.changes ?? []);
  }

  #lose(fields: readonly string[]): void {
    for (const one of fields) {
      const field = one.split(".", 1)[0]!;
      this.#made.delete(field);
      this.#unknown.add(field);
    }
  }

  /** The record as it is expected to be. */
  of(record: object): object {
    if (this.#unknown.size === 0 && this.#made.size === 0) return record;
    const check = (key: string | symbol) => {
      if (typeof key === "string" && this.#unknown.has(key)) throw UNKNOWN;
    };
    return new Proxy({ ...record, ...Object.fromEntries(this.#made) }, {
      get: (target, key) => (check(key), Reflect.get(target, key)),
      has: (target, key) => (check(key), Reflect.has(target, key)),
      getOwnPropertyDescriptor: (target, key) => (check(key), Reflect.getOwnPropertyDescriptor(target, key)),
    });
  }
}

/**
 * Whether a member already is as an action would make it; undefined where a field that this is told by may have been changed
 * by an earlier step.
 */
export function expectedSo(
  action: AnyAction,
  record: object,
  outlook: ExpectedRecord,
  args: readonly unknown[],
): boolean | undefined {
  return judged(() => action.done?.(outlook.of(record) as never, ...args as never[]) ?? false);
}

/** What an action may change besides what it is for, as far as that can be told. */
export function sideEffectOf(
  action: AnyAction,
  outlook: ExpectedRecord,
  { record, state, now }: { record: object | undefined; state: string; now: number },
  args: readonly unknown[],
): string | undefined {
  if (!record || !action.sideEffect) return undefined;
  const at = { record: outlook.of(record) as never, state, now };
  return judged(() => action.sideEffect!(at, ...args as never[])) || undefined;
}

/** What is asked of a record, or undefined where something is looked at of which nothing is known. */
function judged<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error === UNKNOWN) return undefined;
    throw error;
  }
}

/** A record of which nothing is known, as its member is yet to be made. */
const UNMADE_RECORD: object = new Proxy({}, {
  get() {
    throw UNKNOWN;
  },
  has() {
    throw UNKNOWN;
  },
});

/** What would keep a step from working, as far as that can be told from what is expected; undefined where nothing is. */
export function obstacleTo(
  resource: AnyResource,
  step: ActionStep | PerformStep,
  outlook: ExpectedRecord,
  at: { record: object | undefined; state: string; now: number },
): string | undefined {
  if (step.kind === "perform" && at.state === resource.gone.state) return `it is ${at.state}`;
  const action = step.kind === "action" ? resource.actions[step.name]! : undefined;
  const asked = action ?? (step as PerformStep).performance;
  if (!asked.obstacle) return undefined;
  const foreseen = { ...at, record: (at.record ? outlook.of(at.record) : UNMADE_RECORD) as never };
  return judged(() =>
    action
      ? action.obstacle!(foreseen, ...(step as ActionStep).args as never[])
      : (step as PerformStep).performance.obstacle!(foreseen)
  ) || undefined;
}
