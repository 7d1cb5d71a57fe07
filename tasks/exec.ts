#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME,XDG_STATE_HOME,SSH_AUTH_SOCK --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh,${HOME}/.local/state/muster --allow-write=${HOME}/.local/state/muster,${HOME}/.ssh/known_hosts
import { dc, task } from "../mod.ts";

const exec = task({
  description: "Run a command over SSH on machines with these tags",
  args: {
    tags: { type: "tags", required: true, description: "Which machines" },
    command: { type: "string", required: true, description: "The command line, for a shell there" },
    user: { type: "string", description: "Who logs in; else what the image says" },
    key: { type: "string", description: "The private key's file; else the ssh-agent's keys" },
    acceptNew: { type: "boolean", description: "Trust host keys that are not known yet" },
    repeatable: { type: "boolean", description: "Doing it twice does no harm, if the run is resumed" },
    dc: { type: "string", description: "A profile or datacenter; else the current profile" },
  },
  examples: ['exec --tags type=web --command="uptime"'],
  run: ({ tags, command, user, key, acceptNew, repeatable, dc: where }) =>
    dc(where).machines(tags).where({ state: "running" }).ssh(command, {
      accept: acceptNew ? "new" : "known",
      repeatable,
      ...(user === undefined ? {} : { user }),
      ...(key === undefined ? {} : { key }),
    }),
});
export default exec;
if (import.meta.main) await exec.main();
