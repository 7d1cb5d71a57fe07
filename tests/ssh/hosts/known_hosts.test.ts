import assert from "node:assert/strict";
import { hostPattern, lineMatches, parseKnownHosts, verdictOn } from "../../../lib/ssh/hosts/known_hosts.ts";
import { KnownHosts } from "../../../lib/ssh/mod.ts";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIDzhBxqOnAO1dzx4MLcUwHcxonAwfc4RtqoIOo8jZJ3a";
const OTHER = "AAAAC3NzaC1lZDI1NTE5AAAAIEzhBxqOnAO1dzx4MLcUwHcxonAwfc4RtqoIOo8jZJ3b";

async function verdict(text: string, host: string, key = KEY, port = 22): Promise<string> {
  const name = hostPattern(host, port);
  const lines = [];
  for (const line of parseKnownHosts(text, "f").lines) {
    if (await lineMatches(line.hosts, name)) lines.push(line);
  }
  return verdictOn(lines, key).verdict;
}

Deno.test("plain lines, wildcards, ports and negation mean the hosts that OpenSSH takes them for", async () => {
  const line = (hosts: string) => `${hosts} ssh-ed25519 ${KEY} a comment\n`;
  assert.equal(await verdict(line("web,192.0.2.7"), "192.0.2.7"), "match");
  assert.equal(await verdict(line("web"), "WEB"), "match");
  assert.equal(await verdict(line("web"), "web2"), "unknown");
  assert.equal(await verdict(line("web"), "web", KEY, 2222), "unknown");
  assert.equal(await verdict(line("[web]:2222"), "web", KEY, 2222), "match");
  assert.equal(await verdict(line("[::1]:2222"), "::1", KEY, 2222), "match");
  assert.equal(await verdict(line("*.example.com"), "a.b.example.com"), "match");
  assert.equal(await verdict(line("web-?"), "web-12"), "unknown");
  assert.equal(await verdict(line("web-??"), "web-12"), "match");
  assert.equal(await verdict(line("*.example.com,!db.example.com"), "db.example.com"), "unknown");
  assert.equal(await verdict(line("!db.example.com,*.example.com"), "web.example.com"), "match");
  assert.equal(await verdict(line("!web"), "other"), "unknown");
});

Deno.test("a hostile pattern costs no exponential time", async () => {
  assert.equal(await lineMatches("*a".repeat(40) + "b", "a".repeat(60)), false);
});

Deno.test("changed, revoked and several keys of a host", async () => {
  assert.equal(await verdict(`web ssh-ed25519 ${OTHER}\n`, "web"), "changed");
  assert.equal(await verdict(`web ssh-ed25519 ${OTHER}\nweb ssh-ed25519 ${KEY}\n`, "web"), "match");
  assert.equal(await verdict(`web ssh-ed25519 ${KEY}\n@revoked * ssh-ed25519 ${KEY}\n`, "web"), "revoked");
  assert.equal(await verdict(`@revoked * ssh-ed25519 ${OTHER}\n`, "web"), "unknown");
  assert.equal(await verdict(`web ssh-rsa ${OTHER}\n`, "web"), "changed", "another type is no proof either");
});

Deno.test("lines that are not used are said, comments are not", () => {
  const { lines, ignored } = parseKnownHosts(
    `# c\n\n@cert-authority * ssh-rsa ${KEY}\r\n@odd * ssh-rsa ${KEY}\nhalf\nweb ssh-ed25519 ${KEY}\r\n`,
    "kh",
  );
  assert.deepEqual(lines.map((line) => [line.at, line.key]), [["kh:6", KEY]]);
  assert.equal(ignored.length, 3);
  assert.match(ignored[0]!, /^kh:3 .*certificates/);
});

Deno.test("a line hashed by ssh-keygen is found", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/kh`, `web ssh-ed25519 ${KEY}\n[192.0.2.7]:2222 ssh-ed25519 ${OTHER}\n`);
    const hashing = new Deno.Command("ssh-keygen", {
      args: ["-H", "-f", `${dir}/kh`],
      stderr: "null",
      stdout: "null",
    });
    assert.ok((await hashing.output()).success);
    const hosts = await KnownHosts.load(`${dir}/kh`);
    assert.doesNotMatch(await Deno.readTextFile(`${dir}/kh`), /web|192/);
    assert.equal((await hosts.judge("web", 22, KEY)).verdict, "match");
    assert.equal((await hosts.judge("192.0.2.7", 2222, OTHER)).verdict, "match");
    assert.equal((await hosts.judge("192.0.2.7", 2222, KEY)).verdict, "changed");
    assert.equal((await hosts.judge("192.0.2.8", 2222, KEY)).verdict, "unknown");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("accepted hosts are appended whole, once each, to a file only its owner reads", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/.ssh/known_hosts`;
  try {
    const [one, two] = [await KnownHosts.load(path), await KnownHosts.load([path, `${dir}/second`])];
    await Promise.all(Array.from({ length: 100 }, (_, i) => {
      return (i % 2 ? one : two).accept(`host-${i}`, 22, "ssh-ed25519", KEY);
    }));
    const text = await Deno.readTextFile(path);
    const names = text.trimEnd().split("\n").map((line) => /^(host-\d+) ssh-ed25519 \S+$/.exec(line)?.[1]);
    assert.equal(new Set(names).size, 100);
    assert.ok(!names.includes(undefined));
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    assert.equal((await Deno.stat(`${dir}/.ssh`)).mode! & 0o777, 0o700);

    await Deno.writeTextFile(path, "# no line end");
    const again = await KnownHosts.load(path);
    const [first, same, other] = await Promise.all([
      again.accept("web", 2222, "ssh-ed25519", KEY),
      again.accept("web", 2222, "ssh-ed25519", KEY),
      again.accept("web", 2222, "ssh-ed25519", OTHER),
    ]);
    assert.deepEqual([first.verdict, same.verdict, other.verdict], ["unknown", "match", "changed"]);
    assert.equal(await Deno.readTextFile(path), `# no line end\n[web]:2222 ssh-ed25519 ${KEY}\n`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
