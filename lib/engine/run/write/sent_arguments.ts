/**
 * The arguments of an action as they were when it was sent. One may be a function of the member's record, such as a new
 * name. For a record that the action has changed meanwhile, it would return something else.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";

/**
 * Arguments whose functions return the same for every later record of the member as for the record at the time of
 * sending. Each is called only once.
 *
 * @param record The member's record when the action is sent.
 */
export function sentArguments(
  resource: AnyResource,
  record: object,
  args: readonly unknown[],
): readonly unknown[] {
  const id = resource.id(record);
  const isMember = (one: unknown) => {
    try {
      return typeof one === "object" && one !== null && resource.id(one) === id;
    } catch {
      return false; // it is something else, without an id
    }
  };
  return args.map((arg) => typeof arg === "function" ? answering(arg as Asked, record, isMember) : arg);
}

type Asked = (...given: unknown[]) => unknown;

function answering(ask: Asked, record: object, isMember: (one: unknown) => boolean): Asked {
  const answers: { readonly given: readonly unknown[]; readonly answer: unknown }[] = [];
  return (...later) => {
    const given = later.map((one) => isMember(one) ? record : one);
    const known = answers.find((one) =>
      one.given.length === given.length && one.given.every((value, index) => Object.is(value, given[index]))
    );
    if (known) return known.answer;
    const answer = ask(...given);
    answers.push({ given, answer });
    return answer;
  };
}
