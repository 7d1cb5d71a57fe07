/**
 * `deno task bench [NAME …]`: every figure that is asked for, measured here and now, beside what it must reach.
 *
 * Requests are counted at the server, which is a process of its own. Times are ratios to something measured in the
 * same run, as machines differ. Exits with 1 when a figure does not reach its bar.
 */
import { benches, type Figure } from "./benches.ts";

const wanted = Deno.args.filter((arg) => !arg.startsWith("-"));
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
let missed = 0;
say(`${"what".padEnd(66)} ${"measured".padStart(12)}   must reach\n`);
for (const { name, run } of benches) {
  if (wanted.length && !wanted.includes(name)) continue;
  Deno.stderr.writeSync(new TextEncoder().encode(`… ${name}\r`));
  let figures: Figure[];
  try {
    figures = await run();
  } catch (error) {
    missed++;
    say(`${name.padEnd(66)} ${"FAILED".padStart(12)}   ${(error as Error).message.slice(0, 200)}\n`);
    continue;
  }
  for (const { what, measured, bar, unit = "", note = "" } of figures) {
    const ok = measured <= bar;
    if (!ok) missed++;
    const shown = `${Number.isInteger(measured) ? measured : measured.toFixed(3)}${unit}`;
    say(
      `${what.padEnd(66)} ${shown.padStart(12)}   ≤ ${bar}${unit}  ${ok ? "yes" : "NO"}${
        note && `  (${note})`
      }\n`,
    );
  }
}
Deno.exit(missed > 0 ? 1 : 0);
