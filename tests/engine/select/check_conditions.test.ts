/**
 * Conditions that cannot mean what was meant are refused, each with its reason.
 */
import assert from "node:assert/strict";
import { checkConditions } from "../../../lib/engine/select/check_conditions.ts";

const resource = {
  kind: "job",
  fields: { title: "text", phase: "state", extra: "object", disk: "link", disks: "list", size: "number" },
  tags: () => ({}),
} as unknown as Parameters<typeof checkConditions>[2];
const check = (given: unknown, about?: "either" | "tags") =>
  checkConditions(about === "either" ? "protect()" : "where()", given, resource, about);
const why = (given: unknown, about?: "either" | "tags") => {
  try {
    check(given, about);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

Deno.test("conditions are an object with something in it, under texts", () => {
  assert.match(why(null)!, /takes an object of names and values, not null/);
  assert.match(why(undefined)!, /not undefined/);
  assert.match(why(["a"])!, /not a list/);
  assert.match(why("a")!, /not "a"/);
  assert.match(why(7)!, /not a number/);
  assert.match(why(new Map())!, /not a Map/);
  assert.match(why(Object.create({}))!, /not an object with its own prototype/);
  assert.match(why({}, "either")!, /it is an empty object/);
  assert.match(why({ title: "a", [Symbol("s")]: 1 })!, /it has a value under Symbol\(s\)/);
  assert.equal(why({ title: "a", size: 1 }), undefined);
});

Deno.test("an attribute that there is not is refused where there is one set of names, and may be a tag where there are two", () => {
  assert.match(why({ titel: "a" })!, /does not have this attribute\. Did you mean title\?/);
  assert.equal(why({ titel: "a" }, "either"), undefined);
  assert.equal(why({ anything: "a" }, "tags"), undefined);
});

Deno.test("each value of a list is looked at, and what is never a value is refused", () => {
  assert.equal(why({ title: ["a", "b"] }), undefined);
  assert.match(why({ title: [] })!, /is an empty list/);
  assert.match(why({ title: ["a", undefined] })!, /the value of title\[1\] is undefined/);
  assert.match(why({ title: ["a", [" "]] })!, /the value of title\[1\]\[0\] is empty/);
  assert.match(why({ title: Symbol("s") })!, /is Symbol\(s\), which is never a text/);
  assert.match(why({ size: Infinity })!, /is Infinity, which is never a number/);
  assert.match(why({ size: -Infinity })!, /is -Infinity/);
  assert.match(why({ title: NaN })!, /is NaN/);
  assert.match(why({ title: new Date() })!, /the value of title is a Date/);
});

Deno.test("of what an object holds each part is looked at; another thing is told by its id", () => {
  assert.equal(why({ extra: { a: 1, b: ["c", /d/] } }), undefined);
  assert.match(
    why({ extra: { b: { c: "d" } } })!,
    /the value of extra\.b is an object without an id or a name/,
  );
  assert.match(why({ extra: {} })!, /the value of extra is an empty object/);
  assert.match(why({ extra: { a: null } })!, /the value of extra\.a is null/);
  assert.equal(why({ disk: { id: "d1", size: undefined } }), undefined, "a record stands for its id");
  assert.equal(why({ disk: { size: 1 } }), undefined, "without an id it is what the link holds");
  assert.match(why({ disk: { size: undefined } })!, /the value of disk\.size is undefined/);
  assert.match(why({ disk: {} })!, /the value of disk is an empty object/);
  assert.equal(why({ disks: { id: "d1" } }), undefined);
  assert.match(why({ disks: { size: 1 } })!, /is an object without an id or a name/);
});
