#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,OS_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME --allow-read=clouds.yaml,secure.yaml,clouds-public.yaml,${HOME}/.config/openstack,/etc/openstack,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster
import { dbaas, task } from "../mod.ts";

const restart = task({
  description: "Restart databases and wait until they answer again",
  args: {
    name: { type: "string", required: true, description: "A pattern for their names: ^staging-" },
    cloud: {
      type: "string",
      description: "A cloud of clouds.yaml or a region, or sim; else the environment's",
    },
    wait: { type: "duration", default: "15m", description: "How long each may take" },
  },
  examples: ["restart --name=^staging-", "restart --name=. --cloud=sim"],
  run: ({ name, cloud, wait }) =>
    dbaas(cloud).instances().where({ name: new RegExp(name) }).restart().waitUntil("ready", {
      timeout: wait,
    }),
});
export default restart;
if (import.meta.main) await restart.main();
