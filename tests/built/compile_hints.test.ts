import assert from "node:assert/strict";
import { parseAst } from "npm:@rollup/wasm-node@4.68.4/parseAst";
import { withHints } from "../../lib/built/compile_hints.ts";

const hinted = (code: string) => withHints(code, parseAst);

Deno.test("what V8 does not keep compiled is written as what it keeps", () => {
  for (
    const [code, wanted] of [
      ["const f=x=>x", "const f=(x=>x)"],
      ["function f(){}", "const f = (function f(){});"],
      ["const f=async x=>x+1", "const f=(async function (x){return x+1})"],
      ["const f=async(x,y)=>{x}", "const f=(async function(x,y){x})"],
      [
        "const o={async f(){},*[k](){},g(){}}",
        "const o={f:(async function(){}),[k]:(function*(){}),g:(function(){})}",
      ],
      ["const f=async x=>({x:y=>y})", "const f=(async function (x){return ({x:(y=>y)})})"],
      ["const f=async x=>y=>y", "const f=(async function (x){return (y=>y)})"],
    ] as const
  ) {
    assert.equal(hinted(code).replaceAll("\n", ""), wanted, code);
  }
});

Deno.test("what would mean something else as a function expression stays what it is", () => {
  for (
    const [code, wanted] of [
      ["class A{m(){return async()=>this}}", "class A{m(){return (async()=>this)}}"],
      [
        "const f=(function(){return async()=>arguments})",
        "const f=(function(){return (async()=>arguments)})",
      ],
      ["const o={get x(){return 1}}", "const o={get x(){return 1}}"],
      ["const o={__proto__:p,m(){return super.m()}}", "const o={__proto__:p,m(){return super.m()}}"],
    ] as const
  ) {
    assert.equal(hinted(code).replaceAll("\n", ""), wanted, code);
  }
});

Deno.test("code with hints does what it did", async () => {
  const code = `
    export function plain(a) { return twice(a); }
    const twice = (a) => a * 2;
    export const results = [];
    const wait = async (ms) => await new Promise((done) => setTimeout(done, ms));
    const nested = async a => b => async ({ c }, [d] = [1]) => (a, b, [a, b, c, d]);
    const object = {
      value: 7, async later(x = 1) { await wait(1); return this.value + x; }, *each() { yield* [1, this.value]; },
      async *[Symbol.asyncIterator]() { yield this.value; }, "odd name"() { return arguments.length; }, 3() { return 3; },
      get got() { return this.value; }, async: async () => "async", async async() { return "method"; },
    };
    class Box { #x = 1; async m() { return await (async () => this.#x)(); } static s = async () => typeof this; }
    results.push(plain(2), (await (await nested(1))(2)({ c: 3 })).join(), await object.later(), [...object.each()].join());
    for await (const one of object) results.push(one);
    results.push(object["odd name"](1, 2), object[3](), object.got, await object.async(), await new Box().m(), await Box.s());
  `;
  const run = async (text: string) =>
    (await import(`data:text/javascript,${encodeURIComponent(text)}`)).results;
  const wanted = await run(code);
  assert.equal(wanted.length, 11);
  assert.deepEqual(await run(hinted(code)), wanted);
});
