#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster
import { dc, task } from "../mod.ts";

const cull = task({
  description: "Stop and delete every machine with a tag",
  args: {
    type: { type: "string", required: true, description: "The value of the tag `type`" },
    dc: { type: "string", description: "A profile or datacenter, or sim; else the current profile" },
  },
  examples: ["cull --type=test", "cull --type=test --dc=sim --max=40"],
  run: ({ type, dc: where }) => dc(where).machines({ type }).stop().waitUntil("stopped").delete(),
});
export default cull;
if (import.meta.main) await cull.main();
