/** `muster describe`: what it writes type checks, lists, sends nothing before it is decided, and works once it is. */
import assert from "node:assert/strict";
import { main } from "../../../lib/command/main.ts";
import { closeHttpClients } from "../../../lib/http/client.ts";
import { CONTAINERS, MACHINES, SERVERS } from "./openapi_files.ts";

const FROM = new URL("../../../lib/api/mod.ts", import.meta.url).href;

/** What the command says to a command line, in this process. */
async function said(...typed: string[]) {
  let out = "", err = "";
  const code = await main(typed, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

/** A folder with these files; texts, or values as JSON. */
async function withFiles(
  files: Readonly<Record<string, unknown>>,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeTextFile(
        `${folder}/${name}`,
        typeof content === "string" ? content : JSON.stringify(content),
      );
    }
    await work(folder);
  } finally {
    closeHttpClients();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what is written type checks, and describe() finds nothing wrong with it", async () => {
  await withFiles({ "a.json": MACHINES, "b.yaml": SERVERS, "c.json": CONTAINERS }, async (folder) => {
    const written = [["a.json", "machine"], ["a.json", "package"], ["b.yaml", "servers"], [
      "c.json",
      "Container",
    ]];
    const files: string[] = [];
    for (const [file, kind] of written) {
      const output = `${folder}/${files.length}.ts`;
      const { code, err } = await said(
        "describe",
        `${folder}/${file}`,
        `--kind=${kind}`,
        `--output=${output}`,
        `--import=${FROM}`,
      );
      assert.equal(code, 0, err);
      assert.match(
        err,
        /^Described \w+: \d+ actions?, \d+ places? to decide, marked with DECIDE\. It is in /,
      );
      files.push(output);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", ...files],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    for (const file of files) await import(`file://${file}`);
  });
});

Deno.test("a description says what the file says, and marks what it does not", async () => {
  await withFiles({ "a.json": MACHINES, "b.yaml": SERVERS, "c.json": CONTAINERS }, async (folder) => {
    const { out: machines } = await said("describe", `${folder}/a.json`, "--kind=machine");
    for (
      const part of [
        /^import \{ api, describe, offsetPages \} from "file:.*\/api\.ts";$/m,
        /^ {2}\/\/ DECIDE: The file names no address\./m,
        /^\/\/ DECIDE: Which account: it is part of every path\.\nconst account = "account";$/m,
        /^const path = `\/\$\{account\}\/machines`;$/m,
        /limit: 50,/,
        /filters: \["state"\],/,
        /^ {4}stopping: \["stopped", "failed"\],$/m,
        /^ {2}failures: \["failed"\],$/m,
        /^ {2}gone: \{ state: "deleted", statuses: \[404, 410\] \},$/m,
        /^ {2}mark: \(machine: Machine\) => machine\.updated,$/m,
        /^ {2}tags: \(machine: Machine\) => machine\.tags \?\? \{\},$/m,
        /parent\?: \{ .*parent\?: \{ .*parent\?: Record<string, unknown>/,
        /request: \(\{ id \}, options: MachineRename\) => \(\{/,
        /query: \{ action: "rename" \},\n +body: options,/,
        /^ \* The file lists more of this name: \/\{account\}\/rules\/\{id\}\/machines\./m,
        // What the file holds is never code.
        /^\/\*\* A machine\. \* \/ \}\); \/\/ not code \*\/$/m,
      ]
    ) assert.match(machines, part);
    assert.doesNotMatch(machines, /snapshots|unknown: \{/);

    const { out: servers } = await said("describe", `${folder}/b.yaml`, "--kind=server", "--quiet");
    for (
      const part of [
        /url: "https:\/\/eu\.cloud\.example\.com\/v1",/,
        /`Bearer \$\{Deno\.env\.get\("CLOUD_OF_SERVERS_TOKEN"\) \?\? ""\}`/,
        /list: cursorPages\(\{/,
        /\.meta\?\.pagination\?\.next_page;/,
        /^\/\/ DECIDE: Does the API take its paths without the slash at their ends\?.*\n(\/\/ .*\n)*\/\*\*.*\nconst path = "\/servers";$/m,
        /read: \(body\) => \(body as \{ server: Server \}\)\.server,/,
        /isId: \(text\) => \/\^\[0-9\]\+\$\/\.test\(text\),/,
        /fault: \(server: Server\) => server\.fault\?\.message \?\? undefined,/,
        /if \(answer\?\.root_password\) keepSecret\(String\(answer\?\.root_password\)\);/,
        /const id = answer\?\.server\?\.id;/,
        /body: \{ server: \{ \.\.\.spec, name \} \},/,
        /powerOn: \{\n +from: \["off"\],\n +enters: "starting",\n +obstacle/,
        /path: at\(id, "\/actions\/power-on"\),/,
        // An unknown action counts as one that cannot be undone.
        /reinstall: \{\n +from: \["running", "off"\],\n +destructive: true,/,
        /update: \{\n[^}]*done: \(server, changes: ServerUpdate\) =>/,
      ]
    ) assert.match(servers, part);
    assert.doesNotMatch(servers, /metrics/);

    const { out: containers } = await said("describe", `${folder}/c.json`, "--kind=container");
    for (
      const part of [
        /url: "http:\/\/engine\.example\.com\/v1\.50",/,
        /request\.headers\.set\("x-key", Deno\.env\.get\("ENGINE_TOKEN"\) \?\? ""\)/,
        /id: \(container\) => String\(container\.Id\),/,
        /DECIDE: Which states there are: the file does not list them\. It says: created, running/,
        /states: \["unknown", "gone"\],/,
        /runAction: \{/, // every chain has run()
        /body: \{ "os-run": null \},/,
        /resize: \{[\s\S]*body: \{ resize: options \},/,
      ]
    ) assert.match(containers, part);
  });
});

Deno.test("before it is decided a description lists, and sends no action; with its decisions it works", async () => {
  const machines = new Map(["a", "b"].map((name, n) => {
    const id = `00000000-0000-4000-8000-00000000000${n}`;
    const time = "2026-11-29T06:00:00Z";
    return [id, { id, name, state: "running", tags: { role: "web" }, created: time, updated: time }];
  }));
  const writes: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, account, , id] = pathname.split("/");
    assert.equal(account, "me");
    if (request.method !== "GET") {
      writes.push(`${request.method} ${id ?? ""}${searchParams.get("action") ?? ""}`);
    }
    const machine = machines.get(id ?? "");
    if (id === undefined) return Response.json([...machines.values()]);
    if (!machine) {
      return Response.json({ code: "ResourceNotFound", message: "it is not there" }, { status: 404 });
    }
    if (request.method === "DELETE") {
      machines.delete(id);
      return new Response(null, { status: 204 });
    }
    if (searchParams.get("action") === "stop") {
      machine.state = "stopped";
      machine.updated = "2026-11-29T06:00:09Z";
      return new Response(null, { status: 202 });
    }
    return Response.json(machine);
  });
  try {
    await withFiles({ "a.json": MACHINES }, async (folder) => {
      const { out } = await said("describe", `${folder}/a.json`, "--kind=machine", `--import=${FROM}`);
      const addressed = out.replace("https://api.example.com", `http://127.0.0.1:${server.addr.port}`)
        .replace('const account = "account"', 'const account = "me"');
      await Deno.writeTextFile(`${folder}/undecided.ts`, addressed);
      const { machines: undecided } = await import(`file://${folder}/undecided.ts`);
      assert.deepEqual((await undecided()).map(({ name }: { name: string }) => name), ["a", "b"]);
      assert.match(
        String(await undecided.one("a").stop().plan()),
        /it is not decided yet what it does\. See DECIDE/,
      );
      const refused = await undecided().all().stop().run({ view: false, throwOnError: false });
      assert.equal(refused.failed.length, 2);
      await assert.rejects(
        undecided.create({ name: "c", image: "i" }).run({ view: false }),
        /it is not decided yet how/,
      );
      assert.equal(writes.length, 0);

      const decided = addressed.replaceAll(/^ +obstacle: undecided,\n/gm, "").replace(
        /^const undecided.*\n/m,
        "",
      );
      assert.notEqual(decided, addressed);
      await Deno.writeTextFile(`${folder}/decided.ts`, decided);
      const { machines: own } = await import(`file://${folder}/decided.ts`);
      const report = await own({ tags: { role: "web" } }).stop().waitUntil("stopped", { every: 20 }).delete()
        .run({ view: false });
      assert.equal(report.succeeded.length, 2);
      assert.deepEqual(writes.map((one) => one.replace(/ .*-/, " ")).toSorted(), [
        "DELETE 000000000000",
        "DELETE 000000000001",
        "POST 000000000000stop",
        "POST 000000000001stop",
      ]);
      const listed = await said("ls", "machines", `--api=${folder}/decided.ts`);
      assert.equal(listed.code, 3, listed.err);
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("an output that exists is not overwritten, whatever the rest is", async () => {
  await withFiles({ "a.json": MACHINES, "mine.ts": "// mine" }, async (folder) => {
    const { code, err } = await said(
      "describe",
      `${folder}/a.json`,
      "--kind=machine",
      `--output=${folder}/mine.ts`,
    );
    assert.deepEqual([code, await Deno.readTextFile(`${folder}/mine.ts`)], [2, "// mine"]);
    assert.match(err, /Cannot write .*mine\.ts: it exists, and is not overwritten\. Name another file\./);
    const { code: nowhere, err: why } = await said(
      "describe",
      `${folder}/a.json`,
      "--kind=machine",
      `--output=${folder}/x/y.ts`,
    );
    assert.equal(nowhere, 2);
    assert.match(why, /Cannot write .*y\.ts: No such file/);
  });
});

Deno.test("what cannot be described is told with the fact, and what may have been meant", async () => {
  const endless = { ...MACHINES, paths: { "/a": { $ref: "#/paths/~1b" }, "/b": { $ref: "#/paths/~1a" } } };
  const files = {
    "a.json": MACHINES,
    "broken.json": "{ nothing",
    "broken.yaml": "openapi: [",
    "list.json": "[]",
    "empty.json": "",
    "other.json": { name: "x" },
    "old.json": { swagger: "1.2", paths: { "/a": {} } },
    "bare.json": { openapi: "3.1.0", webhooks: {} },
    "split.yaml": "openapi: 3.0.0\npaths:\n  /a: { $ref: paths/a.yaml }\n",
    "none.json": { openapi: "3.0.0", paths: { "/ping": { get: { responses: { "200": {} } } } } },
    "endless.json": endless,
  };
  await withFiles(files, async (folder) => {
    const cases: [typed: string[], why: RegExp][] = [
      [[`${folder}/nowhere.json`, "--kind=x"], /nowhere\.json: this file does not exist\./],
      [[folder, "--kind=x"], /it is a folder, and not a file\./],
      [
        ["https://api.example.com/openapi.json", "-k", "x"],
        /it is an address\. Download it first, and give the file\./,
      ],
      [[`${folder}/broken.json`, "--kind=x"], /broken\.json: it is not JSON: /],
      [[`${folder}/broken.yaml`, "--kind=x"], /it is neither JSON nor YAML: .*line \d/],
      [[`${folder}/list.json`, "--kind=x"], /it holds a list, and not an OpenAPI document\./],
      [[`${folder}/empty.json`, "--kind=x"], /it is empty\./],
      [
        [`${folder}/other.json`, "--kind=x"],
        /neither openapi nor swagger says its version\. It begins with name\./,
      ],
      [
        [`${folder}/old.json`, "--kind=x"],
        /its version 1\.2 is not known\. OpenAPI 3 and Swagger 2\.0 are\./,
      ],
      [[`${folder}/bare.json`, "--kind=x"], /it has no paths\./],
      [
        [`${folder}/split.yaml`, "--kind=x"],
        /it is one of several files: it refers to paths\/a\.yaml\. Make one file/,
      ],
      [[`${folder}/none.json`, "--kind=x"], /none of its paths lists anything/],
      [[`${folder}/endless.json`, "--kind=x"], /none of its paths lists anything/],
      [[`${folder}/a.json`], /--kind is missing\. It lists machine, snapshot, package\./],
      [[`${folder}/a.json`, "--kind=machin"], /it lists no such kind\. Did you mean machine\?/],
      [
        [`${folder}/a.json`, "--kind=bucket"],
        /it lists no such kind\. It lists machine, snapshot, package\./,
      ],
      [
        [`${folder}/a.json`, "--kind=config"],
        /it has no path that lists them\. The paths of that name are \/\{account\}\/config/,
      ],
      [
        [`${folder}/a.json`, "--kind=machine", "--path=/{account}/machine"],
        /Did you mean \/\{account\}\/machines\?/,
      ],
      [
        [`${folder}/a.json`, "--kind=machine", "--path=/{account}/config"],
        /does not answer with a list of objects/,
      ],
      [["--kind=machine"], /it takes one OpenAPI file/],
      [[`${folder}/a.json`, "--kidn=machine"], /did you mean --kind\?/],
    ];
    for (const [typed, why] of cases) {
      const { code, out, err } = await said("describe", ...typed);
      assert.deepEqual([code, out], [2, ""], `${typed}: ${err}`);
      assert.match(err, why, typed.join(" "));
    }
  });
});

Deno.test("where several paths list a kind, the one that is named is described", async () => {
  await withFiles({ "a.json": MACHINES }, async (folder) => {
    const { out, err } = await said(
      "describe",
      `${folder}/a.json`,
      "--kind=machine",
      "--path=/{account}/rules/{id}/machines",
    );
    assert.match(out, /^const path = `\/\$\{account\}\/rules\/\$\{id2?\}\/machines`;$/m, err);
    assert.match(out, /DECIDE: How one is read: the file has no GET for it\./);
  });
});

Deno.test("schemas in layers that share one another are read once each", async () => {
  const schemas: Record<string, unknown> = {};
  for (let n = 0; n < 30; n++) {
    schemas[`L${n}`] = {
      oneOf: Array.from({ length: 10 }, () => ({ $ref: `#/components/schemas/L${n + 1}` })),
    };
  }
  schemas.L30 = {
    type: "object",
    properties: { id: { type: "string" }, self: { $ref: "#/components/schemas/L0" } },
  };
  const layered = {
    openapi: "3.0.0",
    info: { title: "Layers" },
    paths: {
      "/things": {
        get: {
          responses: {
            "200": {
              content: {
                "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/L0" } } },
              },
            },
          },
        },
      },
    },
    components: { schemas },
  };
  await withFiles({ "a.json": layered }, async (folder) => {
    const { code, out } = await said("describe", `${folder}/a.json`, "--kind=thing");
    assert.equal(code, 0);
    assert.match(out, /self\?: \{ id\?: string; self\?: /);
  });
});

Deno.test("its help names its options, and completions offer files and the options", async () => {
  const { code, out } = await said("describe", "--help");
  assert.equal(code, 0);
  for (const part of ["--kind=NAME", "--path=PATH", "--output=FILE", "--import=FROM", "Example:"]) {
    assert.ok(out.includes(part), part);
  }
  const words = await said("completions", "words", "--", "describe", "");
  assert.equal(words.out, "");
  const options = await said("completions", "words", "--", "describe", "a.json", "--");
  assert.match(options.out, /^--kind=\t/m);
});
