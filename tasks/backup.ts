#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,OS_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME --allow-read=clouds.yaml,secure.yaml,clouds-public.yaml,${HOME}/.config/openstack,/etc/openstack,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster
import { dbaas, task } from "../mod.ts";

const backup = task({
  description: "Back up every database, or those whose name fits a pattern",
  args: {
    name: { type: "string", default: ".", description: "A pattern for their names" },
    label: { type: "string", description: "Ends the backups' names; else today's date" },
    cloud: {
      type: "string",
      description: "A cloud of clouds.yaml or a region, or sim; else the environment's",
    },
    wait: { type: "duration", default: "1h", description: "How long each may take" },
  },
  examples: ["backup", "backup --name=^prod- --label=before-upgrade", "backup --cloud=sim"],
  async run({ name, label, cloud, wait }) {
    const clock = (await dbaas(cloud).endpoint()).clock;
    const day = label ?? new Date(clock.now()).toISOString().slice(0, 10);
    return dbaas(cloud).instances().where({ name: new RegExp(name), status: "ACTIVE" })
      .backup((instance) => `${instance.name}-${day}`).waitUntil("ready", { timeout: wait });
  },
});
export default backup;
if (import.meta.main) await backup.main();
