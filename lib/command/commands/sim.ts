/** `muster sim`: serves a simulated datacenter. @module */
import { readCommand } from "./help.ts";
import type { Command } from "../command.ts";
import { COMMON, type Options, refuseMistakes } from "../options.ts";
import { EXIT, UsageError } from "../exit_codes.ts";

const number = (about: string) => ({ kind: "value", value: "N", about } as const);

/** The options of the simulator's own command, read here so that mistakes are reported as in other commands. */
const OPTIONS: Options = {
  port: number("port of the datacenter (default: any free one)"),
  osPort: number("port of Keystone and Trove (default: any free one)"),
  machines: number("how many machines there are (default: about 60 of all sorts)"),
  seed: number("equal seeds give equal datacenters (default 1)"),
  speed: number("machines change N times as fast (default 1; a stop takes 10 to 30 s)"),
  throttle: {
    kind: "value",
    value: "B/R",
    about: "rate limit: B requests at once, R a second (default 30/10)",
  },
  noThrottle: { kind: "flag", about: "no rate limit" },
  rsa: { kind: "flag", about: "an RSA-2048 key instead of an Ed25519 one" },
  help: COMMON.help!,
};

/** See `muster sim --help`. */
export const command: Command = {
  usage: "sim [options]",
  about: "serve a simulated datacenter, Keystone and Trove on 127.0.0.1 until Ctrl-C",
  options: OPTIONS,
  async run(typed, io) {
    const example =
      "muster sim --port=8080 --speed=10 > sim.env\n. ./sim.env && muster ls type=test      (in another terminal)";
    const read = readCommand(this, typed, OPTIONS, example, io);
    if (!read) return EXIT.done;
    const mistakes: string[] = [];
    const { values } = read;
    for (const name of ["port", "osPort"] as const) check(values[name], 0, 65535, true, name, mistakes);
    check(values.machines, 0, 1e6, true, "machines", mistakes);
    check(values.seed, 0, Number.MAX_SAFE_INTEGER, true, "seed", mistakes);
    check(values.speed, 0.001, 1e6, false, "speed", mistakes);
    if (
      values.throttle !== undefined &&
      !/^[1-9]\d*\/(0\.\d*[1-9]|[1-9]\d*(\.\d+)?)$/.test(String(values.throttle))
    ) {
      mistakes.push(`--throttle must be like 30/10: ${values.throttle}`);
    }
    refuseMistakes("sim", mistakes);
    const { main } = await import("../../sim/built_in.ts");
    try {
      await main([...typed]);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      throw new UsageError(
        "Cannot serve a simulated datacenter: another program listens on that port. Without --port any free one is used.",
        "sim",
      );
    }
    return EXIT.done;
  },
};

function check(
  value: unknown,
  least: number,
  most: number,
  whole: boolean,
  name: string,
  mistakes: string[],
): void {
  if (value === undefined) return;
  const text = String(value);
  const number = text.trim() === "" ? NaN : Number(text);
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return;
  const typed = name === "osPort" ? "os-port" : name;
  mistakes.push(`--${typed} must be a ${whole ? "whole " : ""}number from ${least} to ${most}: ${text}`);
}
