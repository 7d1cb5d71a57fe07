/**
 * Deciding whether a server is the one it should be.
 *
 * @module
 */
import { fingerprintOf } from "./keys.ts";
import { hostPattern, type HostVerdict } from "./known_hosts.ts";
import type { KnownHosts } from "./known_hosts_files.ts";
import { failure, nameOf, portOf, type SshTarget } from "./target.ts";
import type { SshError } from "../chain/errors.ts";

/** What is asked of a server nothing is known of, the best first. */
const ALGORITHMS = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];

/** Checks the key of one connection's server. */
export class HostCheck {
  /** Host key algorithms in the order to ask for them: first those of the keys known for the host. */
  readonly algorithms: string[];
  /** Why the server was refused. */
  refused: SshError | undefined;
  /** Whether the server showed a key. */
  seen = false;
  readonly #target: SshTarget;
  readonly #hosts: KnownHosts;
  readonly #accept: "known" | "new";
  #key: string | undefined;
  #type = "";
  #print = "";
  #unknown = false;

  private constructor(
    target: SshTarget,
    hosts: KnownHosts,
    accept: "known" | "new",
    known: readonly string[],
  ) {
    this.#target = target;
    this.#hosts = hosts;
    this.#accept = accept;
    const first = ALGORITHMS.filter((name) => known.includes(name.startsWith("rsa-") ? "ssh-rsa" : name));
    this.algorithms = [...first, ...ALGORITHMS.filter((name) => !first.includes(name))];
  }

  static async make(target: SshTarget, hosts: KnownHosts, accept: "known" | "new"): Promise<HostCheck> {
    return new HostCheck(target, hosts, accept, await hosts.types(target.host, portOf(target)));
  }

  /** Called by ssh2 with the server's key, also when keys are exchanged anew. */
  readonly verify = (blob: Uint8Array, verdict: (accepted: boolean) => void): void => {
    this.#decide(new Uint8Array(blob)).catch((error) => {
      this.refused = failure(
        `connect to ${nameOf(this.#target)}`,
        "its host key could not be checked",
        error,
      );
    }).then(() => {
      try {
        verdict(this.refused === undefined);
      } catch { /* The connection ended meanwhile; that is told elsewhere. */ }
    });
  };

  /**
   * Writes the key of a new host down. Only to be called when the server has proved that it owns the key.
   *
   * @throws {SshError} if that fails, or another connection just met another key there.
   */
  async remember(): Promise<void> {
    if (!this.#unknown) return;
    const before = await this.#hosts.accept(this.#target.host, portOf(this.#target), this.#type, this.#key!);
    const refused = this.#judge(before);
    if (refused) throw refused;
  }

  async #decide(blob: Uint8Array<ArrayBuffer>): Promise<void> {
    let key = "";
    for (const byte of blob) key += String.fromCharCode(byte);
    key = btoa(key);
    if (this.#key === key) return;
    this.seen = true;
    this.#key = key;
    const length = new DataView(blob.buffer).getUint32(0);
    this.#type = new TextDecoder().decode(blob.subarray(4, 4 + Math.min(length, 64)));
    this.#print = await fingerprintOf(blob);
    const verdict = await this.#hosts.judge(this.#target.host, portOf(this.#target), key);
    this.#unknown = verdict.verdict === "unknown";
    this.refused = this.#judge(verdict);
  }

  #judge(verdict: HostVerdict): SshError | undefined {
    const what = `connect to ${nameOf(this.#target)}`;
    const shown = `${this.#type} ${this.#print}`;
    switch (verdict.verdict) {
      case "match":
        return undefined;
      case "unknown":
        if (this.#accept === "new") return undefined;
        return failure(
          what,
          `its host key is not known: ${shown} is not in ${this.#hosts.paths.join(", ")}. ` +
            'Compare it with the host\'s own and add it, or accept new hosts with accept: "new"' +
            this.#hosts.ignored.slice(0, 1).map((sentence) => `. (${sentence})`).join(""),
        );
      case "changed": {
        const name = hostPattern(this.#target.host, portOf(this.#target));
        const known = verdict.lines.map((line) => `${line.type} at ${line.at}`).join(", ");
        return failure(
          what,
          `its host key has changed: it shows ${shown}, known is ${known}. Either it was installed anew or ` +
            `somebody is in between. If you are sure of the former: ssh-keygen -R '${name}'`,
        );
      }
      case "revoked":
        return failure(
          what,
          `its host key is revoked: ${shown}, by ${verdict.line.at}. Do not trust this server`,
        );
    }
  }
}
