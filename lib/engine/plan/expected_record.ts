/**
 * Predicts a member's record after earlier steps of the chain, and what would prevent a step then.
 *
 * @module
 */
import type { AnyAction, AnyResource } from "../resource/describe.ts";
import { isPlain } from "../resource/fields.ts";
import type { ActionStep, PerformStep } from "../resource/steps.ts";

/** Thrown when a field is read whose value is not known. */
const UNKNOWN: unique symbol = Symbol("this field is not known");

/** The names of the fields that an action may change, besides those of the state and the mark. */
export function changedBy(action: AnyAction, args: readonly unknown[]): readonly string[] {
  const { changes = [] } = action;
  return typeof changes === "function" ? changes(...args as never[]) : changes;
}

/**
 * The fields of a record that a function reads, such as `state` or `status.phase` for the state. Of a field that
 * contains others only the inner ones that are read count, because the member may have been selected by the others.
 */
function fieldsOf(read: ((record: object) => unknown) | undefined, record: object): string[] {
  const fields = new Set<string>();
  const watched = (part: object, path: string): object => {
    const plain = isPlain(part);
    // A copy, because a proxy must return the fields of a frozen object unchanged.
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

/** The fields of a record that the state is read from. */
export function stateFields(resource: AnyResource, record: object): string[] {
  return fieldsOf((one) => resource.state(one), record);
}

/**
 * The fields of a record that change with every change of it. The name and the tags do not count, even if the mark is
 * made from the whole record.
 */
export function markFields(resource: AnyResource, record: object): string[] {
  if (!resource.mark) return [];
  const told = fieldsOf((one) => [resource.name(one), JSON.stringify(resource.tags?.(one))], record);
  return fieldsOf((one) => resource.mark!(one), record).filter((field) => !told.includes(field));
}

/** The expected record after some steps. */
export class ExpectedRecord {
  readonly #unknown = new Set<string>();
  readonly #made = new Map<string, unknown>();

  /** To be called when an action has been carried out. */
  afterAction(action: AnyAction, record: object, args: readonly unknown[]): void {
    this.#lose(changedBy(action, args));
    const view = this.of(record);
    const made = judged(() => action.makes?.(view, ...args as never[])) ?? {};
    for (const [field, value] of Object.entries(made)) {
      this.#made.set(field, value);
      this.#unknown.delete(field);
    }
  }

  /** Call it when a step is done that is not an action. */
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

  /** The expected record. */
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
 * Whether a member already is as an action would make it. Undefined if that depends on a field that an earlier step may
 * have changed.
 */
export function expectedSo(
  action: AnyAction,
  record: object,
  outlook: ExpectedRecord,
  args: readonly unknown[],
): boolean | undefined {
  return judged(() => action.done?.(outlook.of(record) as never, ...args as never[]) ?? false);
}

/** What an action may change besides its purpose, as far as it is known. */
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

/** The function's result, or undefined if it reads a field whose value is not known. */
function judged<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error === UNKNOWN) return undefined;
    throw error;
  }
}

/** The record of a member that does not exist yet: no field is known. */
const UNMADE_RECORD: object = new Proxy({}, {
  get() {
    throw UNKNOWN;
  },
  has() {
    throw UNKNOWN;
  },
});

/** What would prevent a step, as far as the expected record shows; undefined if nothing. */
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
