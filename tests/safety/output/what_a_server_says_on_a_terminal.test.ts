/**
 * Names, tags, states and messages of a server reach a terminal only with whatever a terminal obeys, or does not show,
 * written out: in every output there is.
 */
import assert from "node:assert/strict";
import { ApiError, ChainError, CredentialsError, type RunEvent } from "../../../lib/engine/mod.ts";
import { output } from "../../../lib/engine/process/output.ts";
import { guarded, manyLines, oneLine, visibleJson } from "../../../lib/engine/text/visible.ts";
import { notice } from "../../../lib/engine/run/notice.ts";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { processIo, tell } from "../../../lib/command/io.ts";
import { processTerminal } from "../../../lib/platform/terminal.ts";
import { deviceOf } from "../../../lib/view/output_device.ts";
import { show } from "../../../lib/command/show_value.ts";
import { table } from "../../../lib/command/table.ts";
import { questionLines } from "../../../lib/view/confirm.ts";
import { planHtml, recordsHtml, reportHtml } from "../../../lib/view/notebook/html.ts";
import { viewFor, type ViewKind } from "../../../lib/view/view_for.ts";
import { progressView } from "../../../lib/view/lines/plain.ts";
import { scriptView } from "../../../lib/view/script_view.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs } from "../../engine/job.ts";
import { world } from "../../clouds/cloudapi/world.ts";
import { world as cloud } from "../../clouds/openstack/trove/world.ts";
import { FakeTerminal, wallOf } from "../../view/fake_terminal.ts";

/**
 * Characters that must never be shown as they are, by class. Listed here again, so that a mistake in the code is not
 * repeated.
 */
const CLASSES: Readonly<Record<string, readonly number[]>> = {
  "control characters": [0, 7, 8, 0x1b, 0x0d, 0x09, 0x7f],
  "C1 controls": [0x80, 0x85, 0x9b, 0x9d, 0x9f],
  "overrides and marks of direction": [0x202a, 0x202d, 0x202e, 0x2066, 0x2069, 0x200e, 0x200f, 0x61c],
  "separators": [0x2028, 0x2029],
  "invisible characters": [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0xad, 0x180e, 0x3164, 0xfff9],
  "tags and selectors": [0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xfe00],
  "halves of characters": [0xd800, 0xdfff],
};
const EVIL = Object.values(CLASSES).flat().map((code) => String.fromCodePoint(code));
/** A name that holds them all, moves the cursor, paints, and fakes a line. */
const NAME = `web\x1b[2J\x1b[31m\n\rFAKED: all deleted\u009b1A${EVIL.join("x")}`;

const FORBIDDEN =
  // deno-lint-ignore no-control-regex
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\p{Cs}/u;

/** Nothing of that is in a text, and no line of it is a server's. `tabs` where columns may be parted by them. */
function assertHarmless(text: string, what: string): void {
  const bad = FORBIDDEN.exec(text);
  assert.ok(
    !bad,
    `${what} holds U+${bad?.[0].codePointAt(0)?.toString(16)}: ${JSON.stringify(text.slice(0, 300))}`,
  );
  assert.ok(!/^\s*FAKED/m.test(text), `${what} has a faked line: ${JSON.stringify(text.slice(0, 300))}`);
}

/** A text in which something evil was to be shown: that it is there at all. */
function assertShown(text: string, what: string): void {
  assert.match(text, /FAKED/, `${what} shows it`);
  assertHarmless(text, what);
}

function farmOf(): Farm {
  const farm = new Farm(0, {
    fault(request, one) {
      if (request.method === "POST" && one?.id === "j2") {
        throw new ApiError(`Cannot pause: ${NAME}`, { status: 409, code: NAME, request: "POST /x" });
      }
    },
  });
  farm.add({ id: "j1", title: NAME, phase: "working" });
  farm.add({ id: "j2", title: `${NAME} 2`, phase: "working" });
  farm.add({ id: "j3", title: NAME, phase: `broken${NAME}` as never });
  return farm;
}

const io = () => {
  const written = { out: "", err: "" };
  return {
    written,
    io: {
      out: (text: string) => void (written.out += text),
      err: (text: string) => void (written.err += text),
    },
  };
};

Deno.test("each character of every class is written out, alone and in company, and other letters are left", () => {
  for (const char of EVIL) {
    for (const text of [char, `a${char}b`, `é${char}`, `${char}日本`]) {
      assertHarmless(oneLine(text), "a line");
      assertHarmless(manyLines(text).replaceAll("\t", ""), "a text");
      assertHarmless(guarded(text).replaceAll("\t", ""), "what leaves");
      const json = visibleJson({ [text]: [text] });
      assertHarmless(json, "JSON");
      assert.deepEqual(JSON.parse(json), { [text]: [text] });
    }
  }
  for (const text of ["web-01", "Zürich", "日本語", "Ελλάδα", "⚠️ prod", "🚀", "a → b", "naïve", "हिन्दी"]) {
    assert.equal(oneLine(text), text);
    assert.equal(visibleJson(text), text === "⚠️ prod" ? visibleJson(text) : `"${text}"`);
  }
  assert.equal(
    guarded("\x1b[1mplan\x1b[22m\n\x1b]0;title\x07"),
    "\x1b[1mplan\x1b[22m\n\\u001b]0;title\\u0007",
  );
});

for (const kind of ["plain", "terminal", "json", "silent", "script", "progress"] as const) {
  Deno.test(`the ${kind} view of a run shows evil names, states and refusals harmlessly`, async () => {
    const farm = farmOf();
    const out = new FakeTerminal(400, 50);
    out.terminal = kind === "terminal" || kind === "script";
    const wall = wallOf(farm.clock);
    const listener = kind === "script"
      ? scriptView(out, wall)
      : kind === "progress"
      ? progressView(out, 1, wall)
      : viewFor(kind as ViewKind, out);
    await jobs(farm.handle).all().pause().waitUntil("paused").run({
      view: false,
      throwOnError: false,
      on: (event: RunEvent) => listener(event),
    });
    // deno-lint-ignore no-control-regex
    const text = out.written.replace(/\r?\x1b\[(?:\d+A|J|\?7[lh])|\r(?=\x1b\[)/g, "");
    assert.notEqual(text, kind === "progress" ? "x" : "");
    assertHarmless(text, kind);
    if (kind !== "progress" && kind !== "script") assert.match(text, /FAKED/);
  });
}

Deno.test("plans, reports, errors and what is inspected show evil names harmlessly, as text and as HTML", async () => {
  const chain = jobs(farmOf().handle).all().pause().waitUntil("paused");
  const plan = await chain.plan();
  const error = await chain.run({ view: false }).catch((error) => error);
  assert.ok(error instanceof ChainError);
  const { report } = error;
  assertShown(String(plan), "a plan");
  assertShown(Deno.inspect(plan), "an inspected plan");
  assertShown(String(report), "a report");
  assertShown(Deno.inspect(report), "an inspected report");
  assertShown(Deno.inspect(report.failed[0]!.error), "a member's error");
  assertShown(
    report.failed.map(({ error }) => `${error!.message} ${error!.stack}`).join(),
    "a member's error",
  );
  assertHarmless(error.message, "the chain's error");
  assertShown(visibleJson(report), "a report as JSON");
  for (
    const html of [
      planHtml(plan),
      reportHtml(report),
      recordsHtml(job, plan.members.map((m) => m.record!)),
    ]
  ) {
    assertShown(html, "HTML");
  }
});

Deno.test("the question before something is destroyed shows evil names harmlessly", () => {
  const lines = questionLines(
    {
      text: `delete 2 jobs in ${NAME}`,
      count: 2,
      names: [NAME, NAME],
      irreversible: [NAME],
      typeCount: true,
    } as never,
    400,
    false,
  );
  for (const line of lines) assert.ok(!line.includes("\n"), line);
  assertShown(lines.join("\n"), "a question");
});

Deno.test("results of every kind show evil text harmlessly, and JSON still reads as the same", () => {
  const values: unknown[] = [
    NAME,
    [NAME, NAME],
    [{ id: NAME, [NAME]: NAME, tags: { [NAME]: NAME, list: [NAME] } }],
    { name: NAME, deep: { deeper: [NAME] } },
    new Map([[NAME, new Set([NAME])]]),
    [[NAME]],
  ];
  for (const value of values) {
    const { written, io: to } = io();
    show(value, { json: false }, to);
    // A text as a whole keeps its lines.
    const lines = typeof value === "string" ? written.out.replace(/^FAKED/m, "") : written.out;
    assertHarmless(lines, "a result");
    const json = io();
    show(value, { json: true }, json.io);
    assertHarmless(json.written.out, "a result as JSON");
  }
  const { written, io: to } = io();
  show({ name: NAME }, { json: true }, to);
  assert.deepEqual(JSON.parse(written.out), {
    name: NAME.toWellFormed() === NAME ? NAME : JSON.parse(JSON.stringify(NAME)),
  });
  assertShown(table([{ id: NAME, [NAME]: NAME }]), "a table");
});

Deno.test("errors say what a server said harmlessly, with their causes, fields and stacks", () => {
  const cause = new TypeError(`broken ${NAME}`, { cause: new Error(NAME) });
  const errors = [
    new ApiError(`Cannot do it: ${NAME}`, { status: 500, code: "X", request: "GET /" }, { cause }),
    new CredentialsError("Cannot choose a key:", { lines: [NAME, NAME] }),
    new ChainError(NAME, [new TypeError(NAME)], undefined as never),
  ];
  for (const error of errors) {
    assertHarmless(error.message, "a message");
    assertHarmless(error.stack!, "a stack");
    assertHarmless(Deno.inspect(error), "an inspected error");
  }
  assert.match(errors[1]!.message, /^Cannot choose a key:\n {2}web.*FAKED.*\n {2}web/);
  for (const error of [...errors, new Error(NAME), NAME]) {
    const { written, io: to } = io();
    tell(error, to);
    assert.ok(!/^FAKED/m.test(written.err));
    assertHarmless(written.err.replace(/^ {2}FAKED/m, ""), "what the command says");
  }
});

Deno.test("what CloudAPI refuses with reaches an error, the debug echo and a notice harmlessly", async () => {
  for (
    const body of [{ code: NAME, message: NAME, errors: [{ field: NAME, code: NAME, message: NAME }] }, NAME]
  ) {
    for (const status of [409, 500]) {
      const { sim, dc } = await world({ machines: [{ name: "a" }] });
      sim.faults.add({ do: "status", status, body, headers: { "content-type": "application/json" } });
      const error = await dc.request("POST", "/packages", { body: {} }).catch((error) => error);
      assertHarmless(`${error.message} ${error.stack} ${error.code} ${error.requestId}`, `${status}`);
      assertHarmless(Deno.inspect(error), `${status}, inspected`);
      assertHarmless(visibleJson(error.fields ?? []), "its fields");
      for (const one of error.fields ?? []) assertHarmless(`${one.field} ${one.message}`, "a field");
    }
  }
  let said = "";
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => {
    said += new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return bytes.length;
  };
  try {
    notice(`it said ${NAME}`);
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  assertShown(said, "a notice");
});

Deno.test("machines and databases with evil names are listed, acted on and refused harmlessly", async () => {
  const machines = await world({
    machines: [
      { name: NAME, state: "running", tags: { type: "test", [`k${NAME}`]: NAME } },
      { name: "b", state: "running", tags: { type: "test" } },
    ],
  });
  const databases = await cloud({ instances: [{ name: NAME.toWellFormed() }] });
  const rules: Rules = {
    plan: false,
    json: false,
    quiet: false,
    journal: false,
    yes: true,
    about: { task: "t" },
  };
  const work: readonly (readonly [what: string, () => unknown, shown: boolean])[] = [
    ["a list", () => machines.dc.machines(), true],
    ["a list of databases", () => databases.db.instances(), true],
    ["nothing found", () => machines.dc.machines({ type: NAME }), true],
    ["a machine by name", () => machines.dc.machine(NAME).stop(), true],
    ["a machine that is not there", () => machines.dc.machine(`no ${NAME}`).stop(), true],
    ["an image that is not there", () => machines.dc.machines().where({ image: NAME }).stop(), true],
    ["a database that is not there", () => databases.db.instance(`no ${NAME}`).restart(), true],
    ["a run on databases", () => databases.db.instances().all().restart(), true],
  ];
  const { notice } = output;
  for (const [what, act, shown] of work) {
    for (const json of [false, true]) {
      const { written, io: to } = io();
      output.notice = (line) => to.err(`muster: ${oneLine(line)}\n`);
      try {
        const out = new FakeTerminal(400, 50);
        const done = await doWork(act, { ...rules, json, quiet: true, plan: what.startsWith("a run") }, to);
        for (const plan of done.plans) to.out(`${plan}\n`);
        for (const report of done.reports) to.out(`${report}\n`);
        assert.equal(out.written, "");
      } finally {
        output.notice = notice;
      }
      const text = written.out + written.err;
      assertHarmless(text, `${what}, ${json ? "as JSON" : "as text"}`);
      if (shown && !json && text !== "") assert.match(text, /web/, `${what}: ${text}`);
    }
  }
});

Deno.test("whatever slips through to a stream of the process is written out there, and our colours stay", () => {
  let text = "";
  const writeSync = (bytes: Uint8Array) => {
    text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return bytes.length;
  };
  const kept = [Deno.stdout.writeSync, Deno.stderr.writeSync] as const;
  Deno.stdout.writeSync = Deno.stderr.writeSync = writeSync;
  try {
    processIo.out("\x1b[1mplan\x1b[22m \x07\u202e\x1b]0;t\x07\n");
    processIo.err("\u009b1A\n");
    processTerminal.write("\u200b\n");
    processTerminal.write("\u2028\n");
  } finally {
    [Deno.stdout.writeSync, Deno.stderr.writeSync] = kept;
  }
  deviceOf({ isTerminal: () => true, writeSync }).write("\r\x1b[2A\x1b[J\x1b[?7la\x1b[?7h\u0007\n");
  assert.equal(
    text,
    "\x1b[1mplan\x1b[22m \\u0007\\u202e\\u001b]0;t\\u0007\n\\u009b1A\n\\u200b\n\\u2028\n" +
      "\r\x1b[2A\x1b[J\x1b[?7la\x1b[?7h\\u0007\n",
  );
});
