/**
 * The benchmarks.
 */
import { foreignClients } from "../interop/foreign_clients.ts";
import { ed25519, median, output, rsa, runClient, scratch, startServer, tritonList } from "./world.ts";

/** One measured figure; smaller is better. */
export interface Figure {
  what: string;
  measured: number;
  bar: number;
  unit?: string;
  note?: string;
}

interface Bench {
  name: string;
  run(): Promise<Figure[]>;
}

const T = { min: 1500, max: 4500 };

/** The line on `count` machines; what the client and what the server saw. */
async function line(count: number, keyPath: string, options: Record<string, unknown> = {}, view = false) {
  const server = await startServer({ count, transition: T, ...options });
  try {
    const client = await runClient({ url: server.url, keyPath, what: "line", count, view });
    const arrived = await server.arrived();
    if (client.succeeded !== count || client.ids !== count || arrived.left !== 0 || arrived.doubled !== 0) {
      throw new Error(`not every machine was done once: ${JSON.stringify({ ...client, ...arrived })}`);
    }
    return { client, arrived };
  } finally {
    await server.stop();
  }
}

async function three<T>(run: () => Promise<T>): Promise<T[]> {
  return [await run(), await run(), await run()];
}

/** How long runs took over their slowest machines: the middle one, as others use the machine too. */
function overSlowest(runs: Awaited<ReturnType<typeof line>>[]): Pick<Figure, "measured" | "note"> {
  const ratios = runs.map(({ client, arrived }) => client.ms / arrived.slowest);
  return {
    measured: median(ratios),
    note: `median of ${ratios.map((ratio) => ratio.toFixed(3)).join(", ")}`,
  };
}

/** Starts of a process that are compared by their minimum: what else runs on the machine only ever adds to it. */
const RUNS = 40;
const mod = new URL("../../mod.ts", import.meta.url).href;

/** Times of two commands in pairs, A B A B, in milliseconds. */
async function paired(runs: number, a: () => Promise<unknown>, b: () => Promise<unknown>) {
  const times: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run++) {
    for (const [side, one] of [a, b].entries()) {
      const began = performance.now();
      await one();
      if (run > 0) times[side]!.push(performance.now() - began); // the first is a warm-up
    }
  }
  return times;
}

/** The arguments of `deno` by which a task of deno.json starts, with the folder it is run in made part of it. */
async function shipped(task: string): Promise<string[]> {
  const folder = new URL("../../", import.meta.url);
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
  const [, ...args] = (tasks[task].command as string).split(" ");
  return args.map((arg) => arg.endsWith(".ts") ? new URL(arg, folder).pathname : arg);
}

export const benches: readonly Bench[] = [
  {
    name: "line",
    async run() {
      const runs = await three(() => line(1000, ed25519.path));
      return [
        {
          what: "1,000 machines, stop, wait, delete: requests",
          measured: Math.max(...runs.map(({ arrived }) => arrived.requests)),
          bar: Math.floor(2001 * 1.02),
        },
        {
          what: "the same with an Ed25519 key: time over the slowest machine's own",
          ...overSlowest(runs),
          bar: 1.15,
          unit: " ×",
        },
      ];
    },
  },
  {
    name: "rsa",
    async run() {
      const runs = await three(() => line(1000, rsa.path));
      return [{
        what: "the same with RSA-2048, each write's signature bound to its target",
        ...overSlowest(runs),
        bar: 1.35,
        unit: " ×",
      }];
    },
  },
  {
    name: "throttled",
    async run() {
      const { client, arrived } = await line(200, ed25519.path, { throttle: { burst: 30, rate: 10 } });
      return [
        {
          what: "200 machines at 30, then 10 a second: refused of all requests",
          measured: (100 * arrived.refused) / arrived.requests,
          bar: 1,
          unit: " %",
        },
        {
          what: "the same: time over (2N + 1 - 30) / 10 s",
          measured: client.ms / ((401 - 30) * 100),
          bar: 1.05,
          unit: " ×",
        },
      ];
    },
  },
  {
    name: "stragglers",
    async run() {
      const { client, arrived } = await line(200, ed25519.path, { long: 0.05, times: 5 });
      return [{
        what: "5 % of 200 machines five times slower: time over the slowest's own",
        measured: client.ms / arrived.slowest,
        bar: 1.05,
        unit: " ×",
      }];
    },
  },
  {
    name: "many",
    async run() {
      const server = await startServer({ count: 100_000, transition: T });
      try {
        const client = await runClient({ url: server.url, keyPath: ed25519.path, what: "plan" });
        if (client.members !== 100_000) throw new Error(`${client.members} members planned`);
        return [{
          what: "100,000 machines listed, selected and planned: peak memory",
          measured: client.peak,
          bar: 600,
          unit: " MB",
        }];
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: "ten-thousand",
    async run() {
      const { arrived } = await line(10_000, ed25519.path);
      return [{
        what: "10,000 machines end to end, none twice: requests over 2N + 10",
        measured: arrived.requests / 20_010,
        bar: 1.02,
        unit: " ×",
      }];
    },
  },
  {
    name: "import",
    async run() {
      await Deno.writeTextFile(`${scratch}/empty.ts`, "");
      await Deno.writeTextFile(`${scratch}/import.ts`, `import ${JSON.stringify(mod)};`);
      const [with_, without] = await paired(
        RUNS,
        () => output(["run", "--no-check", `${scratch}/import.ts`]),
        () => output(["run", "--no-check", `${scratch}/empty.ts`]),
      );
      return [{
        what: "import of mod.ts over an empty script",
        measured: Math.min(...with_) - Math.min(...without),
        bar: 25,
        unit: " ms",
        note: `minimum of ${RUNS}; medians ${median(with_).toFixed(0)} and ${median(without).toFixed(0)} ms`,
      }];
    },
  },
  {
    name: "first-request",
    async run() {
      const server = await startServer({ count: 3, transition: T });
      const list = `import { dc } from ${JSON.stringify(mod)};
        for (const m of await dc({ url: ${JSON.stringify(server.url)}, account: "sim", keyPath: ${
        JSON.stringify(ed25519.path)
      } }).machines()) console.log(m.name);`;
      const bare = `const r = await fetch(${
        JSON.stringify(`${server.url}/--ping`)
      }); console.log(await r.json());`;
      await Deno.writeTextFile(`${scratch}/list.ts`, list);
      await Deno.writeTextFile(`${scratch}/bare.ts`, bare);
      try {
        const [ours, theirs] = await paired(
          RUNS,
          () =>
            output(["run", "--no-check", "--allow-net", "--allow-read", "--allow-env", `${scratch}/list.ts`]),
          () => output(["run", "--no-check", "--allow-net", `${scratch}/bare.ts`]),
        );
        return [{
          what: "a script that prints the machine list, over a bare Deno fetch script",
          measured: Math.min(...ours) / Math.min(...theirs),
          bar: 1.5,
          unit: " ×",
          note: `minimum of ${RUNS}; medians ${median(ours).toFixed(0)} and ${median(theirs).toFixed(0)} ms`,
        }];
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: "ls",
    async run() {
      const server = await startServer({ count: 3, transition: T });
      await Deno.writeTextFile(
        `${scratch}/bare.ts`,
        `const r = await fetch(${JSON.stringify(`${server.url}/--ping`)}); console.log(await r.json());`,
      );
      const command = await shipped("muster");
      const muster = () =>
        output([...command, "ls"], {
          MUSTER_URL: server.url,
          MUSTER_ACCOUNT: "sim",
          MUSTER_KEY_PATH: rsa.path,
        });
      try {
        const [ours, bare] = await paired(
          RUNS,
          muster,
          () => output(["run", "--no-check", "--allow-net", `${scratch}/bare.ts`]),
        );
        const figures: Figure[] = [{
          what: "`muster ls` over a bare Deno fetch script",
          measured: Math.min(...ours) / Math.min(...bare),
          bar: 1.5,
          unit: " ×",
          note: `minimum of ${RUNS}; medians ${median(ours).toFixed(0)} and ${median(bare).toFixed(0)} ms`,
        }];
        const clients = await foreignClients();
        if (typeof clients === "string") {
          throw new Error(`triton could not be had for the other half: ${clients}`);
        }
        const [again, theirs] = await paired(7, muster, () => tritonList(clients.bin, server.url));
        await clients.remove();
        figures.push({
          what: "`muster ls` over `triton inst ls`",
          measured: median(again) / median(theirs),
          bar: 0.25,
          unit: " ×",
          note: `medians ${median(again).toFixed(0)} and ${median(theirs).toFixed(0)} ms`,
        });
        return figures;
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: "view",
    async run() {
      // The difference in CPU time between two runs is less than the noise of the machine, so the view's own time is
      // measured.
      const runs = await three(() => line(3000, ed25519.path, {}, true));
      const shares = runs.map(({ client }) => 100 * client.viewing / client.cpu);
      return [{
        what: "a live view of 3,000 machines: its part of the run's CPU",
        measured: median(shares),
        bar: 5,
        unit: " %",
        note: `median of ${shares.map((share) => share.toFixed(1)).join(", ")}`,
      }];
    },
  },
  {
    name: "signing",
    async run() {
      const server = await startServer({ count: 1 });
      const script = new URL("./signing.ts", import.meta.url).pathname;
      const text = await output(["run", "--no-check", "--allow-all", script, rsa.path, server.url])
        .finally(() => server.stop());
      const { signed, unsigned } = JSON.parse(text) as { signed: number[]; unsigned: number[] };
      return [{
        what: "1,000 signed GETs with RSA-2048: CPU over unsigned",
        measured: 100 * (median(signed.map((cpu, round) => cpu / unsigned[round]!)) - 1),
        bar: 5,
        unit: " %",
        note: `median of ${signed.length} rounds; ${median(signed).toFixed(0)} and ${
          median(unsigned).toFixed(0)
        } ms`,
      }];
    },
  },
  {
    name: "lost",
    async run() {
      const server = await startServer({ count: 500, transition: T, killable: true, drop: 0.5 });
      try {
        const client = await runClient({ url: server.url, keyPath: ed25519.path, what: "stop" });
        const arrived = await server.arrived();
        if (client.succeeded !== 500) throw new Error(`${client.succeeded} of 500 stopped`);
        return [
          {
            what: "connections killed after half of 500 writes arrived: doubled",
            measured: arrived.doubled,
            bar: 0,
          },
          { what: "the same: writes executed", measured: arrived.writes, bar: 500 },
        ];
      } finally {
        await server.stop();
      }
    },
  },
  {
    name: "types",
    async run() {
      const chains = Array.from(
        { length: 200 },
        (_, n) =>
          `export const c${n} = dc("d${
            n % 7
          }").machines({ type: "t${n}" }).where({ name: /x${n}/ }).stop().waitUntil("stopped")` +
          `.start().waitUntil("running", { timeout: "${n + 1}m" }).rename("m-${n}").barrier().delete();`,
      );
      const head = `import { dc } from ${JSON.stringify(mod)};\n`;
      let turn = 0;
      const check = async (body: string) => {
        // A new file each time: an unchanged one is not checked again.
        const file = `${scratch}/check_${turn++}.ts`;
        await Deno.writeTextFile(file, `${head}// ${crypto.randomUUID()}\n${body}`);
        await output(["check", "--quiet", file]);
      };
      const [many, trivial] = await paired(
        3,
        () => check(chains.join("\n")),
        () => check(`export const d = dc("x");`),
      );
      return [{
        what: "type check of a file with 200 chains over one that only imports",
        measured: median(many) / median(trivial),
        bar: 2,
        unit: " ×",
      }];
    },
  },
];
