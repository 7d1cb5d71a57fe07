import assert from "node:assert/strict";
import { dc, MusterError, task } from "../../../lib/muster.ts";
import { concealed, keepLogin, keepSecret, shownValue } from "../../../lib/engine/text/secrets.ts";
import { findSigner } from "../../../lib/clouds/cloudapi/sign/find_signer.ts";
import { localFiles } from "../../../lib/platform/local_files.ts";
import { debugLine } from "../../../lib/http/debug_line.ts";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { readTaskArguments } from "../../../lib/command/tasks/read_task_arguments.ts";
import { doWork } from "../../../lib/command/runs/do_work.ts";
import { planTask } from "../../../lib/command/tasks/plan_task.ts";
import { main } from "../../../lib/command/main.ts";
import { ALL } from "../../../lib/command/runs/rules.ts";
import type { Task } from "../../../lib/task/task.ts";
import { readTrusted } from "../../../lib/clouds/openstack/settings/clouds_tls.ts";
import { stderrDevice, stdoutDevice } from "../../../lib/view/output_device.ts";
import { jsonView } from "../../../lib/view/lines/json.ts";

/** Everything that comes out while something is done: through the command's streams and through the views' devices. */
async function written(work: (io: { out(text: string): void; err(text: string): void }) => unknown) {
  let text = "";
  const before = [stderrDevice.write, stdoutDevice.write];
  const take = (more: string) => void (text += more);
  for (const device of [stderrDevice, stdoutDevice]) device.write = take;
  try {
    await work({ out: take, err: take });
  } finally {
    [stderrDevice.write, stdoutDevice.write] = before as [typeof take, typeof take];
  }
  return text;
}

/** All ways in which a secret could still be read. */
function assertHidden(text: string, secret: string, what: string) {
  for (
    const form of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, ""),
      ...secret.split("\n").filter((line) => line.length > 12),
      ...(secret.length > 16 ? [secret.slice(0, 12), secret.slice(-12)] : []),
    ]
  ) assert.ok(!text.includes(form), `${what}: ${JSON.stringify(form)} in\n${text}`);
}

const SECRETS = [
  "s3cr",
  "correct horse & battery/staple?",
  "två\nrader av hemlighet\nund noch eine dritte",
  'with "quotes" and \\backslashes\\ of its own',
  `${"0123456789abcdefghijklmnopqrstuvwxyz".repeat(6)}END`,
  "84629517",
];

for (const secret of SECRETS) {
  Deno.test(`a secret argument is in no output: ${JSON.stringify(secret).slice(0, 30)}`, async () => {
    const folder = await Deno.makeTempDir();
    const leaky = task({
      description: "Uses a secret where it should not",
      args: { password: { type: "string", secret: true, required: true } },
      run: async ({ password }) => {
        const path = `${folder}/a.jsonl`;
        const report = await dc("sim").machines({ type: "db" }).where({ name: [password, "db-00"] })
          .protect({ name: password })
          .tag({ owner: password.slice(0, 200) }).ssh(`echo ${password}`).run({
            throwOnError: false,
            journal: fileJournal(path, { about: { note: `about ${password}` } }),
            on: jsonView(stderrDevice),
          });
        assertHidden(await Deno.readTextFile(path), secret, "the journal");
        assertHidden(String(report), secret, "the report");
        await dc("sim").machines({ owner: password }).stop().run({ throwOnError: false });
        await dc("sim").machine(password).stop().run().catch((error) => {
          assertHidden(`${error}${Deno.inspect(error.message)}`, secret, "an error");
        });
        return [{ password, half: password.slice(0, Math.max(4, password.length - 1)) }];
      },
    });
    const found = { name: "leaky", task: leaky as unknown as Task, source: "leaky.ts" };
    try {
      for (const options of [{}, { json: true }, { quiet: true }]) {
        const read = () =>
          readTaskArguments("run", found, { values: { ...options, password: secret }, rest: [] }, ALL, never);
        const text = await written(async (io) => {
          const ready = read()!;
          await doWork(ready.work, { ...ready.rules, journal: false }, io);
        });
        // What was cut by the task itself is not known to be a piece of it where it is short.
        if (secret.length > 16) assertHidden(text, secret, JSON.stringify(options));
        else assert.ok(!text.replaceAll(/half\W+\w+/g, "").includes(secret), text);
        if ("json" in options) {
          for (const line of text.trim().split("\n")) if (line.startsWith("{")) JSON.parse(line);
        }
        await Deno.remove(`${folder}/a.jsonl`);
        const plan = await written(async (io) => {
          const ready = read()!;
          await planTask({ ...ready, rules: { ...ready.rules, plan: true, journal: false } }, io).catch(
            () => {},
          );
        });
        assertHidden(plan.replaceAll(/half\W+\w+/g, ""), secret, `plan ${JSON.stringify(options)}`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
const never = { out: () => assert.fail(), err: () => assert.fail() };

Deno.test("a secret that is too short to be kept out of what is shown is refused, without being shown", () => {
  const short = task({ description: "x", args: { pin: { type: "number", secret: true } }, run: () => {} });
  assert.throws(() => short({ pin: 123 }), (error: Error) => {
    assert.match(error.message, /--pin is a secret of fewer than 4 characters/);
    assert.ok(!error.message.includes("123"));
    return true;
  });
});

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDVFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake=
-----END OPENSSH PRIVATE KEY-----
`;
const BODY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

Deno.test("a private key where its path belongs is told without being shown", async () => {
  const env = { get: () => undefined, denied: new Set<string>() };
  const options = { env, files: localFiles(), notice: () => {} };
  for (
    const keyPath of [KEY, KEY.replaceAll("\n", ""), KEY.replace(/-----[^-]*-----\n/g, ""), KEY.slice(0, 120)]
  ) {
    await assert.rejects(findSigner({ account: "me", keyPath }, options as never), (error: Error) => {
      assert.equal(error.name, "CredentialsError");
      assert.match(error.message, /the value of keyPath is a/);
      assert.ok(!Deno.inspect(error).includes(BODY), Deno.inspect(error));
      return true;
    });
  }
  await assert.rejects(
    findSigner({ account: "me", keyPath: KEY }, options as never),
    /the value of keyPath is a private key, not the path of one\. Use keyMaterial$/,
  );
  for (const tls of [{ caCert: KEY }, { cert: KEY }, { caCert: KEY.replaceAll(/---[^\n]*/g, "x") }]) {
    await assert.rejects(readTrusted(tls as never), (error: Error) => !Deno.inspect(error).includes(BODY));
  }
  for (
    const work of [
      () => dc("sim").machine("db-00").ssh("true", { key: KEY.replaceAll("\n", " ").trim(), agent: false }),
      () => dc("sim").machine("db-00").ssh("true", { key: () => KEY, agent: false, knownHosts: KEY }),
      () => dc("sim").machine("db-00").script({ file: KEY }),
      () => dc("sim").machine("db-00").ssh({ file: KEY }),
      () => dc("sim").machine("db-00").upload(KEY, "/tmp/x"),
      () => dc("sim").addKey({ name: "x", key: KEY }),
      () => dc("sim").addKey({ name: "x", key: { file: KEY } }),
      () => dc("sim").machine(KEY),
      () => dc(KEY).machines(),
      () => dc({ name: "x", url: KEY }).machines(),
      () => dc({ url: "https://127.0.0.1:1", account: "me", keyId: KEY }).machines(),
    ] as (() => PromiseLike<unknown>)[]
  ) {
    let said = "";
    try {
      await work();
    } catch (error) {
      said = `${(error as Error).message} ${(error as { report?: unknown }).report ?? ""}`;
    }
    assert.ok(!said.includes(BODY) && said !== "", `${work}: ${said}`);
  }
});

Deno.test("a private key on the command line is not said back", async () => {
  for (
    const words of [
      ["ls", `--profile=${KEY}`],
      ["run", KEY],
      [KEY],
      ["ls", KEY],
      ["run", "cull", `--key=${KEY}`],
      ["do", KEY],
      ["resume", KEY],
      ["apply", KEY],
      ["history", KEY],
      ["ls", `--where`, `name=${KEY}`],
    ]
  ) {
    const text = await written(async (io) => void await main(words, io));
    assert.ok(!text.includes(BODY), `${words.map((word) => word.slice(0, 20))}: ${text}`);
  }
});

Deno.test("what a login is made with is in no message, and a word of a few letters is left where it is", () => {
  keepLogin("demo", "a-long-password", "gAAAAABtoken-of-keystone");
  assert.equal(concealed("demo logs in with a-long-password"), "demo logs in with …");
  assert.equal(new MusterError("Cannot send gAAAAABtoken-of-keystone on").message, "Cannot send … on");
  const url = new URL("https://h/x?name=a-long-password&sig=1");
  assert.ok(!debugLine({ method: "GET", url, ms: 1 }).includes("a-long-password"));
});

Deno.test("a number that is secret does not spoil other numbers, nor JSON", () => {
  keepSecret("48151623");
  assert.equal(
    concealed('{"a":48151623,"b":[48151623,148151623],"at":481516230}'),
    '{"a":"…","b":["…",148151623],"at":481516230}',
  );
  assert.equal(concealed("the pin is 48151623."), "the pin is ….");
});

Deno.test("a value that is quoted in an error is short, on one line, and no key", () => {
  assert.equal(shownValue("a\nb"), "(a text of 2 lines)");
  assert.equal(shownValue(KEY), "(a private key)");
  assert.equal(shownValue("x".repeat(500)).length, 198);
});
