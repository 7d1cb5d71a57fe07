#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh
import { dc, type Machine, task } from "../mod.ts";

const FIELDS = ["name", "state", "package", "memory", "primaryIp", "image", "created", "id"] as const;

/** Quoted as RFC 4180 requires. What a spreadsheet would take for a formula is made a text. */
function csv(value: unknown): string {
  const text = String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const inventory = task({
  description: "List machines of one or several datacenters as a table, JSON or CSV",
  args: {
    dc: { type: "list", description: "Profiles or datacenters; else the current profile" },
    tags: { type: "tags", description: "Only machines with these tags" },
    format: { type: "choice", choices: ["table", "json", "csv"], default: "table" },
  },
  examples: ["inventory --dc=us-east-1,us-west-1 --format=csv > machines.csv", "inventory --dc=sim"],
  async run({ dc: names, tags, format }) {
    const places = names.length > 0 ? names : [undefined];
    const lists = await Promise.all(places.map(async (place) => {
      const machines: Machine[] = await dc(place).machines(tags);
      return machines.map((machine) => ({
        ...(place === undefined ? {} : { dc: place }),
        ...Object.fromEntries(FIELDS.map((field) => [field, machine[field]])),
      }));
    }));
    const rows: Record<string, unknown>[] = lists.flat();
    if (format === "json") return JSON.stringify(rows, null, 2);
    if (format === "table" || rows.length === 0) return rows;
    return [Object.keys(rows[0]!), ...rows.map(Object.values)].map((row) => row.map(csv).join(",")).join(
      "\r\n",
    );
  },
});
export default inventory;
if (import.meta.main) await inventory.main();
