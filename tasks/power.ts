#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster
/** For a schedule: `0 20 * * 1-5 muster run power.stop --tags hours=office --quiet`. As a script it stops. */
import { dc, task } from "../mod.ts";

const args = {
  tags: { type: "tags", required: true, description: "Which machines" },
  dc: { type: "string", description: "A profile or datacenter, or sim; else the current profile" },
  wait: { type: "duration", default: "10m", description: "How long each may take" },
} as const;

export const stop = task({
  description: "Stop machines with these tags, and wait for it",
  args,
  examples: ["power.stop --tags hours=office"],
  run: ({ tags, dc: where, wait }) => dc(where).machines(tags).stop().waitUntil("stopped", { timeout: wait }),
});

export const start = task({
  description: "Start machines with these tags, and wait for it",
  args,
  examples: ["power.start --tags hours=office"],
  run: ({ tags, dc: where, wait }) =>
    dc(where).machines(tags).start().waitUntil("running", { timeout: wait }),
});

if (import.meta.main) await stop.main();
