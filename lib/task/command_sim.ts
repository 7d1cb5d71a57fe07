/** `muster sim`: serves a simulated datacenter. @module */
import type { Command } from "./main.ts";
import { EXIT } from "./outcome.ts";

/** See `muster sim --help`. */
export const command: Command = {
  usage: "sim [options]",
  about: "serve a simulated datacenter on this machine",
  async run(typed) {
    const { main } = await import("../sim/built_in.ts");
    await main(typed.map((word) => word === "-h" ? "--help" : word));
    return EXIT.done;
  },
};
