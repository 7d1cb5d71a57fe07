/**
 * Checks that a server is the expected one.
 *
 * @module
 */
import { sha256Fingerprint } from "../../platform/keys/fingerprint.ts";
import { hostPattern, type HostVerdict, type KnownHostLine, verdictOn } from "./known_hosts.ts";
import type { KnownHosts } from "./known_hosts_files.ts";
import { failure, nameOf, portOf, type SshTarget } from "../target.ts";
import type { SshError } from "../../engine/errors.ts";

/** The algorithms to request from an unknown server, the best first. */
const ALGORITHMS = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];

/** Checks the server's key of one connection. */
export class HostCheck {
  /** Host key algorithms in the order of preference: first those of the host's known keys. */
  readonly algorithms: string[];
  /** Whether the server showed a key. */
  seen = false;
  readonly #target: SshTarget;
  readonly #hosts: KnownHosts;
  readonly #accept: "known" | "new";
  readonly #lines: readonly KnownHostLine[];
  #key = "";
  #blob = new Uint8Array();
  #verdict: HostVerdict = { verdict: "unknown" };

  private constructor(
    target: SshTarget,
    hosts: KnownHosts,
    accept: "known" | "new",
    lines: readonly KnownHostLine[],
  ) {
    this.#target = target;
    this.#hosts = hosts;
    this.#accept = accept;
    this.#lines = lines;
    const known = lines.filter((line) => line.marker === undefined).map((line) => line.type);
    const first = ALGORITHMS.filter((name) => known.includes(name.startsWith("rsa-") ? "ssh-rsa" : name));
    this.algorithms = [...first, ...ALGORITHMS.filter((name) => !first.includes(name))];
  }

  static async make(target: SshTarget, hosts: KnownHosts, accept: "known" | "new"): Promise<HostCheck> {
    return new HostCheck(target, hosts, accept, await hosts.linesFor(target.host, portOf(target)));
  }

  /**
   * Called by ssh2 with the server's key, also when keys are exchanged again. It decides at once, because if the
   * verdict comes later than the server's next packet, ssh2 1.17 never finishes the key exchange.
   */
  readonly verify = (blob: Uint8Array, verdict: (accepted: boolean) => void): void => {
    this.seen = true;
    this.#blob = new Uint8Array(blob);
    let binary = "";
    for (const byte of this.#blob) binary += String.fromCharCode(byte);
    const key = btoa(binary);
    if (key !== this.#key) this.#verdict = verdictOn(this.#lines, key);
    this.#key = key;
    verdict(this.#accepts(this.#verdict));
  };

  /** Why the server was refused; undefined if it was not. */
  async refusal(): Promise<SshError | undefined> {
    return this.seen && !this.#accepts(this.#verdict) ? await this.#refuse(this.#verdict) : undefined;
  }

  /**
   * Adds the key of a new host. Call it only when the server has proved that it owns the key.
   *
   * @throws {SshError} when that fails, or another connection has just seen another key there.
   */
  async remember(): Promise<void> {
    if (this.#verdict.verdict !== "unknown") return;
    const before = await this.#hosts.accept(this.#target.host, portOf(this.#target), this.#type, this.#key);
    if (!this.#accepts(before)) throw await this.#refuse(before);
  }

  #accepts({ verdict }: HostVerdict): boolean {
    return verdict === "match" || (verdict === "unknown" && this.#accept === "new");
  }

  /** The key's type: the first string in it. */
  get #type(): string {
    const length = new DataView(this.#blob.buffer).getUint32(0);
    return new TextDecoder().decode(this.#blob.subarray(4, 4 + Math.min(length, 64)));
  }

  async #refuse(verdict: HostVerdict): Promise<SshError> {
    const what = `connect to ${nameOf(this.#target)}`;
    const shown = `${this.#type} SHA256:${await sha256Fingerprint(new Uint8Array(this.#blob))}`;
    switch (verdict.verdict) {
      case "match":
      case "unknown":
        return failure(
          what,
          `its host key is not known: ${shown} is not in ${this.#hosts.paths.join(", ")}. ` +
            'Compare it with the key on the host and add it, or accept new hosts with accept: "new"' +
            this.#hosts.ignored.slice(0, 1).map((sentence) => `. (${sentence})`).join(""),
        );
      case "changed": {
        const name = hostPattern(this.#target.host, portOf(this.#target));
        const known = verdict.lines.map((line) => `${line.type} at ${line.at}`).join(", ");
        return failure(
          what,
          `its host key has changed: it shows ${shown}, but the known key is ${known}. Either it was reinstalled, or ` +
            `somebody intercepts the connection. If you are sure that it was reinstalled: ssh-keygen -R '${name}'`,
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
