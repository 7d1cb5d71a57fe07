/**
 * What is given to a chain is copied: nobody changes it afterwards.
 */
import assert from "node:assert/strict";
import { copied } from "../../../lib/engine/select/copy_conditions.ts";

Deno.test("a copy has what was given, and is nobody's any more", () => {
  const given = { a: [1, { b: "c" }], at: new Date(7), pattern: /x/gi };
  const copy = copied("where()", given);
  assert.deepEqual(copy, given);
  assert.ok(copy !== given && copy.a !== given.a && copy.a[1] !== given.a[1] && copy.at !== given.at);
  assert.ok(Object.isFrozen(copy) && Object.isFrozen(copy.a));
  assert.equal(copied("where()", copy), copy, "a copy needs no copy");
});

Deno.test("a key __proto__ is a key like any other, and names that cannot be seen are left out", () => {
  const copy = copied("where()", JSON.parse('{"__proto__":{"all":true},"a":1}'));
  assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  assert.deepEqual(Object.keys(copy), ["__proto__", "a"]);
  assert.deepEqual(Object.entries(copy)[0], ["__proto__", { all: true }]);
  assert.deepEqual({ ...copied("where()", Object.defineProperty({ a: 1 }, "b", { value: 2 })) }, { a: 1 });
  const bare = copied("where()", Object.assign(Object.create(null), { a: 1 }));
  assert.deepEqual([Object.getPrototypeOf(bare), bare.a], [null, 1]);
});

Deno.test("of a class's object what it shows is copied, whatever its setters do, and it stays one of the class", () => {
  class Wish {
    size = 1;
    get twice() {
      return 2 * this.size;
    }
    set twice(_: number) {
      throw new Error("a copy sets nothing");
    }
  }
  const wish = Object.defineProperty(new Wish(), "twice", { value: 5, enumerable: true });
  const copy = copied("create()", wish);
  assert.ok(copy instanceof Wish && copy !== wish);
  assert.deepEqual(Object.entries(copy), [["size", 1], ["twice", 5]]);
  class Hidden {
    #secret = 1;
    read() {
      return this.#secret;
    }
  }
  const hidden = new Hidden();
  assert.equal(copied("create()", hidden), hidden, "what shows nothing is used as it is");
});

Deno.test("what holds itself, or is nested without an end, is refused", () => {
  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  assert.throws(() => copied("where()", ring), /where\(\): it contains itself/);
  const deep = (levels: number) =>
    Array.from({ length: levels }).reduce((inner: unknown) => ({ inner }), 1) as object;
  copied("where()", deep(64));
  assert.throws(() => copied("where()", deep(65)), /nested more than 64 levels deep/);
});
