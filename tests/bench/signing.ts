/**
 * CPU of 1,000 GETs through the same client, signed with RSA-2048 and not signed at all, in turn.
 */
import { readFile } from "node:fs/promises";
import { cpuUsage } from "node:process";
import { createLimiter } from "../../lib/engine/rate/limiter.ts";
import { systemClock } from "../../lib/engine/time/clock.ts";
import { explain } from "../../lib/clouds/cloudapi/error_answers.ts";
import { findSigner } from "../../lib/clouds/cloudapi/sign/find_signer.ts";
import { localFiles } from "../../lib/platform/local_files.ts";
import { fixedEnvironment } from "../../lib/platform/permissions.ts";
import { createAuthorizer } from "../../lib/clouds/cloudapi/sign/sign.ts";
import { closeHttpClients } from "../../lib/http/client.ts";
import { createSend } from "../../lib/http/send.ts";

const env = fixedEnvironment({});
const signer = await findSigner(
  { account: "sim", keyMaterial: await readFile(Deno.args[0]!, "utf8").then((text) => () => text) },
  { env, files: localFiles(), notice: () => {} },
);
const [, url] = Deno.args; // a server in another process: its CPU is not ours
const random = () => 0.5;
const limiter = createLimiter({ clock: systemClock, random });
const sendWith = (authorizer: ReturnType<typeof createAuthorizer> | undefined) =>
  createSend({
    baseUrl: url!,
    clock: systemClock,
    limiter: () => limiter,
    random,
    userAgent: "bench",
    explain,
    requestIdHeader: "request-id",
    authorize({ method, target, headers, write }) {
      const signed = authorizer?.(method, target, write);
      return signed instanceof Promise
        ? signed.then((made) => void Object.assign(headers, made))
        : void Object.assign(headers, signed);
    },
  });
const both = {
  signed: sendWith(createAuthorizer({ signer: () => Promise.resolve(signer), clock: systemClock })),
  unsigned: sendWith(undefined),
};
const used = { signed: [] as number[], unsigned: [] as number[] };
for (let round = 0; round < 21; round++) {
  // Now one first and now the other: the machine's speed drifts.
  for (const side of round % 2 ? ["signed", "unsigned"] as const : ["unsigned", "signed"] as const) {
    const before = cpuUsage();
    for (let n = 0; n < 1000; n += 20) {
      await Promise.all(Array.from({ length: 20 }, () => both[side]({ method: "GET", path: "/--ping" })));
    }
    const { user, system } = cpuUsage(before);
    if (round > 0) used[side].push((user + system) / 1000);
  }
}
closeHttpClients();
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(used)));
