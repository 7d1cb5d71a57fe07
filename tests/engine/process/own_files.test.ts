/**
 * Where the library's own files are.
 */
import assert from "node:assert/strict";
import { LIB } from "../../../lib/engine/process/own_files.ts";

Deno.test("the library knows its own folder, so that a stack's first line outside it is the caller's", () => {
  assert.equal(LIB, new URL("../../../lib/", import.meta.url).href);
});
