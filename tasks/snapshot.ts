#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster
import { dc, task } from "../mod.ts";

const snapshot = task({
  description: "Take a snapshot of machines with these tags before a change, and reboot them if wanted",
  args: {
    tags: { type: "tags", required: true, description: "Which machines" },
    name: { type: "string", required: true, description: "The snapshots' name: before-upgrade" },
    reboot: { type: "boolean", description: "Reboot each once its snapshot is there" },
    dc: { type: "string", description: "A profile or datacenter, or sim; else the current profile" },
  },
  examples: ["snapshot --tags type=web --name=before-upgrade", "snapshot --tags type=web --name=a --dc=sim"],
  run: ({ tags, name, reboot, dc: where }) => {
    const kept = dc(where).machines(tags).where({ state: "running" }).snapshot(name);
    return reboot ? kept.reboot().waitUntil("running") : kept;
  },
});
export default snapshot;
if (import.meta.main) await snapshot.main();
