/**
 * Commands and files over SSH. Importing this loads nothing else. `npm:ssh2` is loaded (and, the first time,
 * downloaded) at the first connection.
 *
 * ```ts ignore
 * import { connect } from "./mod.ts";
 *
 * await using web = await connect({ host: "192.0.2.7", user: "admin" }, { key: "/home/me/.ssh/id_ed25519" });
 * const { stdout } = await web.run("uptime");
 * ```
 *
 * Permissions: `--allow-net=HOST:PORT`; `--allow-read` for the key and known_hosts; `--allow-write` for known_hosts
 * with `accept: "new"`; `--allow-env=HOME` if known_hosts is not named; for an agent `--allow-env=SSH_AUTH_SOCK
 * --allow-net=unix:PATH --allow-read=PATH --allow-write=PATH`.
 *
 * @module
 */
export { type AddressChoice, type Addressed, chooseAddress, isPrivateAddress } from "./hosts/address.ts";
export type { CommandResult, SshRunOptions } from "./command.ts";
export { type KeySource, loadSshKey, type Passphrase, type SshKey } from "./keys/keys.ts";
export { KnownHosts } from "./hosts/known_hosts_files.ts";
export type { HostVerdict, KnownHostLine } from "./hosts/known_hosts.ts";
export { createSshPool, SshPool, type SshPoolOptions } from "./pool.ts";
export { shellQuote } from "./shell_quote.ts";
export type { ScriptOptions } from "./script.ts";
export { connectSsh, type SshOptions, SshSession } from "./session.ts";
export type { SshTarget } from "./target.ts";
export type { TransferOptions, UploadOptions } from "./transfer.ts";
