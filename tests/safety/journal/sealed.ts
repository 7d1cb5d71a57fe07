/**
 * Journals and saved plans as somebody would write them who knows how their checksums are made.
 */
import { summed } from "../../../lib/engine/journal/checksum.ts";
import { dc } from "../../../lib/muster.ts";
import { saveTo } from "../../../lib/command/runs/plan_file.ts";

/** Objects as the lines of a journal, each with its checksum. */
export function sealed(lines: readonly object[]): string {
  let before = 0;
  return lines.map((one) => {
    const { line, sum } = summed(JSON.stringify(one), before);
    before = sum;
    return new TextDecoder().decode(line);
  }).join("");
}

/** The objects of a journal's lines, without their checksums. */
export const unsealed = (text: string): Record<string, unknown>[] =>
  text.trim().split("\n").map((line) => {
    const { sum: _sum, ...rest } = JSON.parse(line);
    return rest;
  });

/** Lines of version 1, without checksums. */
export const firstVersion = (lines: readonly object[]): string =>
  lines.map((line, index) => `${JSON.stringify(index === 0 ? { ...line, version: 1 } : line)}\n`).join("");

// deno-lint-ignore no-explicit-any
export type PlanFile = Record<string, any>;

/** A plan's file with the digest that belongs to its content. */
export async function sealedPlan({ digest: _digest, ...content }: PlanFile): Promise<string> {
  const plain = JSON.parse(JSON.stringify(content));
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(plain)));
  const hex = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return JSON.stringify({ ...plain, digest: `sha256:${hex}` }, null, 2);
}

/** The text of a saved plan: three of the simulator's machines are stopped, waited for and deleted. */
export async function savedText(): Promise<string> {
  const path = await Deno.makeTempFile();
  try {
    const chain = dc("sim").machines({ type: "db" }).stop().waitUntil("stopped").delete();
    await saveTo(path, [await chain.plan()], { task: "do" }, { out: () => {}, err: () => {} });
    return await Deno.readTextFile(path);
  } finally {
    await Deno.remove(path);
  }
}
