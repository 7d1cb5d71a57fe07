/**
 * What conditions on records and protections look like in types.
 *
 * @module
 */

/**
 * What an attribute may be compared with: its value or, where it names another thing, that thing's record.
 *
 * @example
 * ```ts
 * import { type Comparable, dc } from "@muster/muster";
 *
 * const image: Comparable<string> = await dc("sim").image("minimal-64"); // or its id, or its name
 * console.log(await dc("sim").machines().where({ image }).count());
 * ```
 */
export type Comparable<Value> =
  | Value
  | (Value extends string | readonly string[]
    ? string | { readonly id: string; readonly name?: string | undefined }
    : never);

/**
 * A condition on an attribute: its value, a pattern for its text, a list of these, or a function.
 *
 * @example
 * ```ts
 * import { type Condition, dc } from "@muster/muster";
 *
 * const memory: Condition<number> = (mib) => mib >= 1024 && mib <= 4096;
 * const name: Condition<string> = [/^web-/, "bastion"];
 * console.log(dc("sim").machines().where({ memory, name }));
 * ```
 */
export type Condition<Value> =
  | Comparable<Value>
  | RegExp
  | readonly (Comparable<Value> | RegExp)[]
  | ((value: Value) => boolean);

/**
 * Conditions on a record's attributes, all of which must match.
 *
 * @example
 * ```ts
 * import { dc, type Machine, type Where } from "@muster/muster";
 *
 * const small: Where<Machine> = { state: "running", image: "minimal-64", memory: (mib) => mib <= 512 };
 * console.log(await dc("sim").machines({ type: "test" }).where(small).count());
 * ```
 */
export type Where<Rec> = { readonly [Key in keyof Rec]?: Condition<NonNullable<Rec[Key]>> };

/**
 * What protects a member: its attributes, or its tags.
 *
 * @example
 * ```ts
 * import { dc, type Machine, type Protect } from "@muster/muster";
 *
 * const kept: Protect<Machine> = { type: "web", name: /-0$/ }; // the tag `type`, and the attribute `name`
 * console.log((await dc("sim").machines({ type: "web" }).protect(kept).stop().plan()).protections);
 * ```
 */
export type Protect<Rec> =
  & Where<Omit<Rec, "tags">>
  & { readonly tags?: Readonly<Record<string, unknown>> }
  & (Rec extends { tags?: unknown } ? { readonly [Tag: string]: unknown } : unknown);
