import assert from "node:assert/strict";
import { task, TaskError } from "../../lib/muster.ts";
import { readArguments } from "../../lib/task/arguments.ts";
import { nearest } from "../../lib/engine/select/did_you_mean.ts";

const ARGS = {
  name: { type: "string", required: true, pattern: /^web-/ },
  count: { type: "number", min: 1, max: 9, whole: true, default: 2 },
  dry: { type: "boolean" },
  wait: { type: "duration", default: "90s" },
  size: { type: "choice", choices: ["small", "big"] },
  hosts: { type: "list" },
  tags: { type: "tags" },
  password: { type: "string", secret: true, env: "PASSWORD" },
} as const;

function read(given: Record<string, unknown>, env: Record<string, string> = {}) {
  const mistakes: string[] = [];
  return { ...readArguments(ARGS, given, (name) => env[name], mistakes), mistakes };
}

Deno.test("arguments are what their types say, from text or from values", () => {
  const typed = {
    name: "web-1",
    count: "3",
    dry: true,
    wait: "1m30s",
    size: "big",
    hosts: ["a,b", "c"],
    tags: ["a=1,b=2", "c=x=y"],
  };
  const { values, mistakes, secrets } = read(typed, { PASSWORD: "hunter2" });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(values, {
    name: "web-1",
    count: 3,
    dry: true,
    wait: 90_000,
    size: "big",
    hosts: ["a", "b", "c"],
    tags: { a: "1", b: "2", c: "x=y" },
    password: "hunter2",
  });
  assert.deepEqual(secrets, ["hunter2"]);
  assert.deepEqual(read({ name: "web-1" }).values, {
    name: "web-1",
    count: 2,
    dry: false,
    wait: 90_000,
    size: undefined,
    hosts: [],
    tags: {},
    password: undefined,
  });
});

Deno.test("all mistakes are told at once, and no secret is in one", () => {
  const { mistakes } = read({
    nmae: "web-1",
    count: "9.5",
    wait: "soon",
    size: "bgi",
    tags: ["a"],
    password: "",
  });
  assert.deepEqual(mistakes, [
    "there is no option --nmae; did you mean --name?",
    "--name is missing",
    '--count is not a whole number: "9.5"',
    '--wait is not a time such as 90s, 5m or 1h30m: "soon"',
    '--size is not one of the choices; did you mean big?: "bgi"',
    '--tags has a tag that is not key=value: a: ["a"]',
    "--password is empty: …",
  ]);
});

Deno.test("a task is called like a function, and says what is wrong with what it was given", () => {
  const greet = task({
    description: "Greet",
    args: { name: { type: "string", required: true }, times: { type: "number", default: 1 } },
    run: ({ name, times }) => `hello ${name} `.repeat(times).trim(),
  });
  assert.equal(greet({ name: "you", times: 2 }), "hello you hello you");
  const both = task({ description: "Greet both", run: () => [greet({ name: "a" }), greet({ name: "b" })] });
  assert.deepEqual(both(), ["hello a", "hello b"]);
  assert.throws(() => greet({ name: "", times: NaN }), (error) => {
    assert.ok(error instanceof TaskError);
    assert.match(error.message, /--name is empty.*; --times is not a number/);
    return true;
  });
});

Deno.test("declarations that cannot be right are refused when the task is made", () => {
  const make = (args: Record<string, unknown>) => () =>
    task({ description: "x", args: args as never, run: () => {} });
  assert.throws(make({ yes: { type: "boolean" } }), /already has the option --yes/);
  assert.throws(make({ "a-b": { type: "string" } }), /its name is not a word/);
  assert.throws(make({ a: { type: "text" } }), /is not a type/);
  assert.throws(make({ a: { type: "string", required: true, default: "x" } }), /required and has a default/);
  assert.throws(make({ a: { type: "duration", default: "soon" } }), /its default is not a time/);
  assert.throws(
    make({ a: { type: "string", secret: true, default: "x" } }),
    /a secret cannot have a default/,
  );
  assert.throws(() => task({ description: " ", run: () => {} }), /it has no description/);
});

Deno.test("the nearest word is suggested, and nothing that is far", () => {
  const words = ["run", "resume", "history", "profiles", "completions"];
  assert.equal(nearest("rusn", words), "run");
  assert.equal(nearest("reusme", words), "resume");
  assert.equal(nearest("hist", words), "history");
  assert.equal(nearest("xyz", words), undefined);
});
