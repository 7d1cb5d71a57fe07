#!/usr/bin/env -S deno run --quiet --allow-net --allow-env=MUSTER_*,TRITON_*,SDC_*,HOME,XDG_CONFIG_HOME --allow-read=muster.yaml,${HOME}/.config/muster,${HOME}/.triton,${HOME}/.ssh
import { dc, task } from "../mod.ts";

const failed = task({
  description: "List machines that failed, or whose server cannot be reached",
  args: { dc: { type: "list", description: "Profiles or datacenters; else the current profile" } },
  examples: ["failed --dc=us-east-1,us-west-1", "failed --dc=sim"],
  async run({ dc: names }) {
    const places = names.length > 0 ? names : [undefined];
    const lists = await Promise.all(
      places.map((place) => dc(place).machines().where({ state: ["failed", "offline", "unknown"] })),
    );
    return lists.flatMap((machines, index) =>
      machines.map(({ name, state, id, image, package: size, created }) => ({
        dc: places[index] ?? "",
        name,
        state,
        id,
        package: size,
        image,
        created,
      }))
    );
  },
});
export default failed;
if (import.meta.main) await failed.main();
