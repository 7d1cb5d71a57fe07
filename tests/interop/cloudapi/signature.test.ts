/**
 * Every kind of key, format and hash, signed here and checked by the reference implementation under Node
 * (`http-signature` and `sshpk`, which the server uses). They are installed into `MUSTER_INTEROP_DIR`, or else into a
 * folder that goes away.
 */
import assert from "node:assert/strict";
import { systemClock } from "../../../lib/engine/time/clock.ts";
import { keySigner } from "../../../lib/platform/keys/formats/private_key.ts";
import { readPrivateKey } from "../../../lib/platform/keys/unlock.ts";
import { fingerprints } from "../../../lib/platform/keys/fingerprint.ts";
import { serverKeyId } from "../../../lib/clouds/cloudapi/sign/keyid.ts";
import { fixedEnvironment } from "../../../lib/platform/permissions.ts";
import { createAuthorizer } from "../../../lib/clouds/cloudapi/sign/sign.ts";
import { agentSigner, whyUnusable } from "../../../lib/clouds/cloudapi/sign/agent_signer.ts";
import { openAgent } from "../../../lib/platform/ssh_agent.ts";
import { installed, keyMatrix, lacking, newPair, PASSPHRASE, run } from "../../platform/keys/key_matrix.ts";
import { withAgent } from "../../platform/real_agent.ts";

const PACKAGES = ["http-signature@1.4.0", "sshpk@1.18.0"];
const missing = lacking ?? ["node", "npm"].find((tool) => !installed(tool));

interface Signed {
  method: string;
  url: string;
  headers: Record<string, string>;
  plain: string;
  tamper?: boolean;
}
interface Verdict {
  valid: boolean;
  why?: string;
  keyId?: string;
  md5?: string;
  sha256?: string;
}

async function verifierFolder(scratch: string): Promise<string> {
  const folder = Deno.env.get("MUSTER_INTEROP_DIR") ?? scratch;
  const there = await Deno.stat(`${folder}/node_modules/http-signature`).then(() => true, () => false);
  if (!there) {
    await Deno.mkdir(folder, { recursive: true });
    await run("npm", [
      "install",
      "--prefix",
      folder,
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      ...PACKAGES,
    ]);
  }
  return folder;
}

async function verify(folder: string, requests: readonly Signed[]): Promise<Verdict[]> {
  const script = new URL("./signature_verify.mjs", import.meta.url).pathname;
  const child = new Deno.Command("node", { args: [script, folder], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(requests)));
  await writer.close();
  const { stdout, success } = await child.output();
  assert.ok(success, "the verifier failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

const TARGET = "/my/machines?tag.type=test%20a&limit=1000&offset=0";

Deno.test({
  name: "the reference verifier accepts what every kind of key, format and hash signs",
  ignore: missing !== undefined,
  async fn() {
    const scratch = await Deno.makeTempDir({ prefix: "muster-signature-" });
    try {
      const folder = await verifierFolder(`${scratch}/node`);
      const rows: { label: string; column: string }[] = [];
      const requests: Signed[] = [];
      const keyIds: { md5: string; sha256: string }[] = [];
      for (const { kind, format, path, plain } of await keyMatrix(scratch)) {
        const key = await readPrivateKey(await Deno.readFile(path), path, {
          passphrase: PASSPHRASE,
          env: fixedEnvironment({}),
        });
        const prints = await fingerprints(key.blob);
        for (const hash of kind === "ed25519" ? ["sha512"] as const : ["sha256", "sha512"] as const) {
          for (const write of [false, true]) {
            const signer = keySigner(key, serverKeyId({ account: "demo", user: "sub" }, prints.md5), hash);
            const authorize = createAuthorizer({ signer: () => Promise.resolve(signer), clock: systemClock });
            const method = write ? "DELETE" : "GET";
            const headers = { ...await authorize(method, TARGET, write) };
            requests.push({ method, url: TARGET, headers, plain });
            keyIds.push(prints);
            rows.push({ label: `${kind} ${format}`, column: `${hash} ${write ? "write" : "read"}` });
          }
        }
      }
      const verdicts = await verify(folder, requests);
      const table = new Map<string, Record<string, string>>();
      verdicts.forEach((verdict, index) => {
        const { label, column } = rows[index]!;
        const row = table.get(label) ?? {};
        table.set(label, { ...row, [column]: verdict.valid ? "ok" : verdict.why ?? "REFUSED" });
      });
      print(table);
      verdicts.forEach((verdict, index) => {
        const { label, column } = rows[index]!;
        assert.ok(verdict.valid, `${label}, ${column}: ${verdict.why ?? "the signature does not fit"}`);
        assert.equal(verdict.keyId, `/demo/users/sub/keys/${verdict.md5}`, label);
        assert.equal(`SHA256:${keyIds[index]!.sha256}`, verdict.sha256, label);
      });

      // The verifier must be able to say no.
      const refused = await verify(folder, requests.map((request) => ({ ...request, tamper: true })));
      assert.equal(refused.filter(({ valid }) => valid).length, 0);
      const moved = requests.map((request) => ({ ...request, url: "/my/machines/other" }));
      const bound = await verify(folder, moved);
      const writes = bound.filter((_, index) => requests[index]!.method === "DELETE");
      assert.equal(writes.filter(({ valid }) => valid).length, 0, "a write's signature fits another target");
      say(
        `${verdicts.length} of ${verdicts.length} signatures verified; none of ${refused.length} altered ones`,
      );
    } finally {
      await Deno.remove(scratch, { recursive: true });
    }
  },
});

Deno.test({
  name: "the reference verifier accepts what a real ssh-agent signs",
  ignore: missing !== undefined || !installed("ssh-agent"),
  async fn() {
    const scratch = await Deno.makeTempDir({ prefix: "muster-agent-" });
    try {
      const folder = await verifierFolder(`${scratch}/node`);
      const requests: Signed[] = [];
      const labels: string[] = [];
      await withAgent(async (socket, add) => {
        for (const kind of ["rsa-2048", "p-256", "p-384", "p-521", "ed25519"] as const) {
          await add(await newPair(kind, `${scratch}/${kind}`, "", kind));
        }
        const agent = openAgent(socket);
        for (const identity of await agent.identities()) {
          if (whyUnusable(identity)) continue;
          const signer = agentSigner(agent, identity, serverKeyId({ account: "demo" }, identity.md5));
          const authorize = createAuthorizer({ signer: () => Promise.resolve(signer), clock: systemClock });
          for (const write of [false, true]) {
            requests.push({
              method: "POST",
              url: TARGET,
              headers: { ...await authorize("POST", TARGET, write) },
              plain: `${scratch}/${identity.comment}`,
            });
            labels.push(identity.comment);
          }
        }
      });
      assert.deepEqual([...new Set(labels)], ["rsa-2048", "p-256", "p-521", "ed25519"]);
      (await verify(folder, requests)).forEach((verdict, index) => {
        assert.ok(verdict.valid, `${labels[index]}: ${verdict.why ?? "the signature does not fit"}`);
      });
    } finally {
      await Deno.remove(scratch, { recursive: true });
    }
  },
});

if (missing !== undefined) {
  say(`the signatures were not checked by the reference verifier, as ${missing} is missing`);
}

function print(table: Map<string, Record<string, string>>): void {
  const columns = ["sha256 read", "sha256 write", "sha512 read", "sha512 write"];
  const width = Math.max(...[...table.keys()].map((label) => label.length)) + 2;
  const line = (label: string, cells: string[]) =>
    say(label.padEnd(width) + cells.map((c) => c.padEnd(14)).join(""));
  line("key and format", columns);
  for (const [label, row] of table) line(label, columns.map((column) => row[column] ?? "-"));
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}
