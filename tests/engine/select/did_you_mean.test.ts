/**
 * Suggestions for a misspelt word.
 */
import assert from "node:assert/strict";
import { didYouMean, distance, nearest, suggest } from "../../../lib/engine/select/did_you_mean.ts";

Deno.test("words are as far apart as letters have to be changed, added, left out or swapped", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["state", "state", 0],
    ["state", "stale", 1],
    ["state", "sate", 1],
    ["sate", "state", 1],
    ["state", "states", 1],
    ["state", "tsate", 1],
    ["state", "staet", 1],
    ["ab", "ba", 1],
    ["abcd", "badc", 2],
    ["kitten", "sitting", 3],
    ["image", "package", 4],
    ["abcdef", "abfedc", 3],
  ];
  for (const [a, b, far] of cases) assert.equal(distance(a, b), far, `${a} and ${b}`);
});

Deno.test("the nearest word is offered where it is near enough, or begins so", () => {
  assert.equal(nearest("sate", ["name", "state"]), "state");
  assert.equal(nearest("STATE", ["state"]), "state");
  assert.equal(nearest("mem", ["name", "memory"]), "memory");
  assert.equal(nearest("m", ["memory"]), undefined);
  assert.equal(nearest("colour", ["state", "name"]), undefined);
  assert.equal(didYouMean("nmae", ["name"]), "Did you mean name?");
  assert.equal(didYouMean("colour", ["name"], "It has name."), "It has name.");
  assert.equal(suggest("nmae", ["name"], "--"), "did you mean --name?");
  assert.equal(suggest("colour", ["name", "state"], "--"), "there are --name, --state");
  assert.equal(suggest("colour", []), "there are none");
});
