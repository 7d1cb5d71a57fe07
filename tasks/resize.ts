#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster
import { dc, task } from "../mod.ts";

const resize = task({
  description: "Give machines with these tags another package, and wait until they have it",
  args: {
    tags: { type: "tags", required: true, description: "Which machines" },
    package: { type: "string", required: true, description: "The new package's name or id" },
    dc: { type: "string", description: "A profile or datacenter; else the current profile" },
  },
  examples: [
    "resize --tags type=web --package=g4-highcpu-2G",
    "resize --tags type=web --package=sample-2G --dc=sim",
  ],
  run: ({ tags, package: size, dc: where }) =>
    dc(where).machines(tags).resize(size).waitUntil(["running", "stopped"]),
});
export default resize;
if (import.meta.main) await resize.main();
