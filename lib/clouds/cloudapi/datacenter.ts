/**
 * The handle of a datacenter: `dc("us-east-1")`.
 *
 * @module
 */
import {
  beginningOf,
  type Chain,
  copied,
  copiedOptions,
  creationChain,
  type Endpoint,
  Handle,
  limitArguments,
  MusterError,
  type One,
  refuseMore,
  select,
  type Selection,
  selectOne,
  type Where,
} from "../../engine/mod.ts";
import { lazyGroup } from "../../api/lazy_group.ts";
import type { AccessKeys } from "./account/access_keys.ts";
import type { Account, AccountChanges, AccountConfig, ProvisioningLimit } from "./account/account.ts";
import type { AccountKey, AccountKeyRef, NewKey } from "./account/account_keys.ts";
import type { Policies } from "./account/policies.ts";
import type { Roles } from "./account/roles.ts";
import type { SubUsers } from "./account/users.ts";
import { checkImageSpec, type ImageSpec } from "./catalogue/create_image.ts";
import { checkSpec, type MachineSpec } from "./machines/create_machine.ts";
import {
  checkFwruleSpec,
  type FirewallRuleRef,
  type FirewallRules,
  type FirewallRuleSpec,
  fwrule,
} from "./catalogue/firewall.ts";
import { type Image, image, type ImageRef, type Images } from "./catalogue/image.ts";
import { machine, type Machines } from "./machines/machine.ts";
import type { MachineRef } from "./machine_record.ts";
import { migration, type Migrations } from "./catalogue/migration.ts";
import type { Network, NetworkRef } from "./catalogue/network.ts";
import { endpointFromOptions } from "./endpoint_from_options.ts";
import type { DatacenterOptions } from "./options.ts";
import type { NetworkAddresses } from "./networks/addresses.ts";
import type { Fabrics } from "./networks/fabrics.ts";
import type { Package, PackageRef } from "./catalogue/package.ts";
import { isUuid, newestImage, refOf, resolveNetwork, resolvePackage } from "./catalogue/resolve.ts";
import {
  checkVolumeSpec,
  type Volume,
  volume,
  type VolumeRef,
  type Volumes,
  type VolumeSize,
  type VolumeSpec,
} from "./catalogue/volume.ts";

/** For a handle that was made from another one: how it finds its endpoint, and its source text. */
interface Origin {
  open: () => Promise<Endpoint>;
  handle: string;
}

/**
 * One CloudAPI and its credentials. It is lazy: nothing is read or opened before the first request.
 *
 * {@linkcode dc} makes it. Methods for several things return selections, which are read when awaited; the others send
 * their requests at once. A refusal of the server rejects with an {@linkcode ApiError}, a network failure with a
 * {@linkcode TransportError}, and a missing or refused key with a {@linkcode CredentialsError}.
 *
 * @example
 * ```ts
 * import { type Datacenter, dc } from "@muster/muster";
 *
 * const east: Datacenter = dc("sim");
 * const { name } = await east.endpoint();
 * const { status } = await east.request("GET", "/machines", { query: { limit: 1 } });
 * console.log(String(east), name, status);
 * ```
 */
export class Datacenter extends Handle {
  readonly #options: DatacenterOptions;

  /** Use {@linkcode dc}. */
  constructor(options: DatacenterOptions, origin?: Origin) {
    const own = copiedOptions(options);
    super({
      written: () => origin?.handle ?? written(own),
      open: () => origin?.open() ?? endpointFromOptions(own),
      clock: own.clock,
      resourceOf: (kind) =>
        kind === "machine"
          ? machine
          : [image, fwrule, volume, migration].map((one) => one()).find((one) => one.kind === kind),
    });
    this.#options = own;
    Object.freeze(this);
  }

  /**
   * Selects the machines with these tags.
   *
   * @param tags Tags and their values: literals, patterns, functions, or lists of these. Without tags: every machine.
   * @throws {SelectionError} when a value is undefined or empty.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const tests = await dc("sim").machines({ type: "test", run: [1, 2] });
   * const report = await dc("sim").machines({ tier: /^front/ }).reboot().waitUntil("running");
   * console.log(tests.length, report.succeeded.length);
   * ```
   */
  machines(tags: Readonly<Record<string, unknown>> = {}): Selection<Machines> {
    return select(machine, { ...beginningOf(this), source: { kind: "list" }, tags });
  }

  /**
   * Selects one machine. Awaiting it returns its record.
   *
   * Its `tags()`, `metadata()`, `snapshots()`, `audit()`, `publicIps()`, `privateIps()`, `nics()`, `disks()`,
   * `fwrules()`, `script()` and `credentials()` can be read as well.
   *
   * @param which Its UUID, its exact name, the first eight characters of its id (if no machine has them as its name),
   * or its record.
   * @throws {SelectionError} when awaited, if there is none, or more than one of this name.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const web = await dc("sim").machine("web-00");
   * const snapshots = await dc("sim").machine(web).snapshots();
   * await dc("sim").machine("web-00").tag({ owner: "ops" });
   * ```
   */
  machine(which: MachineRef): One<Machines> {
    return selectOne(machine, refOf("a machine", which), beginningOf(this));
  }

  /**
   * A chain that first creates machines.
   *
   * @param spec Their specification; one chain creates `count` of them.
   * @throws {MusterError} for an invalid specification.
   * @throws {ApiError} as the machine's error in the report: the server refused it, for example for lack of capacity.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const spec = { name: "batch-{n}", count: 3, image: "base-64-lts", package: "g4-highcpu-1G" };
   * const report = await dc("sim").createMachine(spec).waitUntil("running").tag({ owner: "ops" });
   * console.log(report.succeeded.map((member) => member.name));
   * ```
   */
  createMachine(spec: MachineSpec): Chain<Machines, "provisioning"> {
    const own = copied("createMachine()", spec);
    const names = checkSpec(own);
    return creationChain(machine, { ...beginningOf(this), source: { kind: "create", spec: own, names } });
  }

  /**
   * Selects images by name, by a pattern for names (`name`, `name@version` and `name:version` are tried), or by
   * attributes.
   *
   * Only active ones, unless `state` is one of the attributes.
   *
   * @param wanted A name or id, a pattern, or attributes as in `where()`. Default: every active image.
   * @throws {SelectionError} when an attribute is undefined, null or an empty text.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const linux = await east.images({ os: "linux", type: "lx-dataset" });
   * const newest = await east.newestImage("base-64-lts");
   * const older = await east.image("base-64-lts@21.4.1");
   * console.log(linux.length, newest.version, older.version, (await east.images(/^base-64-lts:23/)).length);
   * await east.images({ name: /^nightly/, public: false }).delete();
   * ```
   */
  images(wanted?: string | RegExp | Where<Image>): Selection<Images> {
    const all = select(image(), { ...beginningOf(this), source: { kind: "list" } });
    if (wanted === undefined) return all;
    if (wanted instanceof RegExp) return all.where({ name: wanted });
    if (typeof wanted !== "string") return all.where(wanted);
    return isUuid(wanted) ? all.where({ id: wanted }) : all.where({ name: wanted });
  }

  /**
   * Selects one image. If several have the name, awaiting it returns the newest, and changing it is refused, whatever
   * their states.
   *
   * @param which Its UUID, its name, `name@version`, or its record. An id takes precedence over a name.
   * @throws {SelectionError} when awaited, if there is none.
   */
  image(which: ImageRef): One<Images> {
    return selectOne(image(), refOf("an image", which), beginningOf(this));
  }

  /**
   * The newest active image with a name.
   *
   * @param name Its name, without a version. For a certain version see {@linkcode Datacenter.image}.
   * @throws {SelectionError} when none has this name.
   */
  async newestImage(name: string): Promise<Image> {
    return await newestImage(await this.endpoint(), name);
  }

  /**
   * A chain that first creates an image from a machine.
   *
   * @param spec The stopped machine, and the name of the image.
   * @throws {MusterError} for an invalid specification.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const golden = { machine: "test-39", name: "golden", version: "1.0.0" };
   * await dc("sim").createImage(golden).waitUntil("active");
   * ```
   */
  createImage(spec: ImageSpec): Chain<Images, "creating"> {
    const own = copied("createImage()", spec);
    checkImageSpec(own);
    return creationChain(image(), {
      ...beginningOf(this),
      source: { kind: "create", spec: own, names: [own.name] },
    });
  }

  /**
   * Packages by name, by a pattern for names, or by attributes.
   *
   * @param wanted A name or id, a pattern for names, or attributes as in `where()`. Default: all.
   * @throws {SelectionError} when an attribute is undefined, null or an empty text.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const fast = await east.packages(/high[- ]?cpu/);
   * const big = await east.packages({ memory: (mib) => mib >= 4096 });
   * const { memory, disk } = await east.package("g4-highcpu-1G");
   * const chosen = await east.defaultPackage().catch((error) => error.message); // none since CloudAPI 8
   * console.log(fast.length, big.length, memory, disk, chosen);
   * ```
   */
  async packages(wanted?: string | RegExp | Where<Package>): Promise<Package[]> {
    const own = copied("packages()", wanted);
    return (await import("./catalogue/package.ts")).packages(await this.endpoint(), own);
  }
  /**
   * One package, by its id, its name (if there are several versions, the newest), or its record.
   *
   * @param which Its id, its name, or its record.
   * @throws {SelectionError} when there is none.
   */
  async package(which: PackageRef): Promise<Package> {
    return await resolvePackage(await this.endpoint(), which);
  }
  /**
   * The package that this datacenter uses by default.
   *
   * @throws {SelectionError} when there is none, which is always so since CloudAPI 8; the message names the smallest
   * packages.
   */
  async defaultPackage(): Promise<Package> {
    return (await import("./catalogue/package.ts")).defaultPackage(await this.endpoint());
  }

  /**
   * Networks by name, by a pattern for names, or by attributes.
   *
   * @param wanted A name or id, a pattern for names, or attributes as in `where()`. Default: all.
   * @throws {SelectionError} when an attribute is undefined, null or an empty text.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const inner = await east.networks({ public: false });
   * const { subnet } = await east.network("My-Fabric-Network");
   * console.log(inner.length, subnet);
   * ```
   */
  async networks(wanted?: string | RegExp | Where<Network>): Promise<Network[]> {
    const own = copied("networks()", wanted);
    return (await import("./catalogue/network.ts")).networks(await this.endpoint(), own);
  }
  /**
   * One network, by its id, its name, or its record.
   *
   * @param which Its id, its name, or its record.
   * @throws {SelectionError} when none has this name, or several have; the message lists them.
   */
  async network(which: NetworkRef): Promise<Network> {
    const endpoint = await this.endpoint();
    const id = await resolveNetwork(endpoint, which);
    return (await endpoint.send({ method: "GET", path: `/networks/${encodeURIComponent(id)}` }))
      .body as Network;
  }

  /**
   * The account's firewall rules; narrowed by {@linkcode Selection.where}. A rule is called by its description, else by its
   * text.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const rule = 'FROM any TO tag "role" = "web" ALLOW tcp PORT 443';
   * await east.createFwrule({ rule, description: "HTTPS" }).enable();
   * console.log((await east.fwrules()).length, (await east.fwrule("HTTPS").machines()).length);
   * await east.fwrules().where({ description: "HTTPS" }).disable().delete();
   * ```
   */
  fwrules(): Selection<FirewallRules> {
    return select(fwrule(), { ...beginningOf(this), source: { kind: "list" } });
  }
  /**
   * One firewall rule. Awaiting it gives its record; its `machines()` can be read as well.
   *
   * See {@linkcode Datacenter.fwrules} for an example.
   *
   * @param which Its id, its description, its text, or its record.
   * @throws {SelectionError} when awaited, if nothing has that name, or several have.
   */
  fwrule(which: FirewallRuleRef): One<FirewallRules> {
    return selectOne(fwrule(), refOf("a firewall rule", which), beginningOf(this));
  }
  /**
   * A new firewall rule, as a chain that begins with making it.
   *
   * See {@linkcode Datacenter.fwrules} for an example.
   *
   * @param spec The rule, and whether it is in force at once.
   * @throws {MusterError} for a specification that cannot be right.
   */
  createFwrule(spec: FirewallRuleSpec): Chain<FirewallRules, "disabled"> {
    const own = copied("createFwrule()", spec);
    checkFwruleSpec(own);
    const names = [own.description ?? own.rule];
    return creationChain(fwrule(), { ...beginningOf(this), source: { kind: "create", spec: own, names } });
  }

  /**
   * Shared volumes by name, by a pattern for names, or by attributes, if the datacenter offers volumes. Failed ones only if
   * `state` asks for them.
   *
   * @param wanted A name or id, a pattern for names, or attributes as in `where()`. Default: all.
   * @throws {SelectionError} when an attribute is undefined, null or an empty text.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const [smallest] = await east.volumeSizes();
   * await east.createVolume({ name: "data", size: smallest!.size }).waitUntil("ready").rename("archive");
   * console.log((await east.volumes(/^arch/)).length, (await east.volume("archive")).filesystem_path);
   * await east.volume("archive").delete().waitUntil("deleted");
   * ```
   */
  volumes(wanted?: string | RegExp | Where<Volume>): Selection<Volumes> {
    const all = select(volume(), { ...beginningOf(this), source: { kind: "list" } });
    if (wanted === undefined) return all;
    if (wanted instanceof RegExp) return all.where({ name: wanted });
    if (typeof wanted !== "string") return all.where(wanted);
    return isUuid(wanted) ? all.where({ id: wanted.toLowerCase() }) : all.where({ name: wanted });
  }
  /**
   * One volume. Awaiting it gives its record; its `machines()` can be read as well.
   *
   * See {@linkcode Datacenter.volumes} for an example.
   *
   * @param which Its id, its name, or its record.
   * @throws {SelectionError} when awaited and there is none.
   */
  volume(which: VolumeRef): One<Volumes> {
    return selectOne(volume(), refOf("a volume", which), beginningOf(this));
  }
  /**
   * A new volume, as a chain that begins with making it.
   *
   * See {@linkcode Datacenter.volumes} for an example.
   *
   * @param spec What it is called, its size, and the networks it is reached on.
   * @throws {MusterError} for a specification that cannot be right.
   */
  createVolume(spec: VolumeSpec): Chain<Volumes, "creating"> {
    const own = copied("createVolume()", spec);
    checkVolumeSpec(own);
    const names = [own.name];
    return creationChain(volume(), { ...beginningOf(this), source: { kind: "create", spec: own, names } });
  }
  /**
   * The sizes that volumes can have, smallest first.
   *
   * See {@linkcode Datacenter.volumes} for an example.
   */
  async volumeSizes(): Promise<VolumeSize[]> {
    const { body } = await (await this.endpoint()).send({ method: "GET", path: "/volumesizes" });
    return (body as VolumeSize[]).toSorted((a, b) => a.size - b.size);
  }

  /**
   * The account.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const { login } = await east.account();
   * const { companyName } = await east.updateAccount({ companyName: "Example" });
   * const [limits, services] = [await east.limits(), await east.services()];
   * const { default_network } = await east.updateConfig({ default_network: "My-Fabric-Network" });
   * console.log(login, companyName, limits.length, Object.keys(services));
   * console.log(default_network === (await east.config()).default_network);
   * ```
   */
  async account(): Promise<Account> {
    return (await import("./account/account.ts")).account(await this.endpoint());
  }
  /**
   * Changes the account: only the given fields.
   *
   * @param changes The new values; at least one field.
   * @throws {MusterError} when a field is unknown or cannot be cleared, or the server did not change it.
   */
  async updateAccount(changes: AccountChanges): Promise<Account> {
    const own = copied("updateAccount()", changes);
    return (await import("./account/account.ts")).updateAccount(await this.endpoint(), own);
  }
  /** The account's limits; empty if the operator set none. */
  async limits(): Promise<ProvisioningLimit[]> {
    return (await import("./account/account.ts")).limits(await this.endpoint());
  }
  /** The account's settings. */
  async config(): Promise<AccountConfig> {
    return (await import("./account/account.ts")).config(await this.endpoint());
  }
  /**
   * Sets the network for Docker containers, by its id, its name, or its record.
   *
   * @param changes The network, as `{ default_network }`.
   * @throws {SelectionError} when there is no such network, or several have the name.
   */
  async updateConfig(changes: { readonly default_network: NetworkRef }): Promise<AccountConfig> {
    const own = copied("updateConfig()", changes);
    return (await import("./account/account.ts")).updateConfig(await this.endpoint(), own);
  }
  /** The datacenter's services: names and URLs. */
  async services(): Promise<Record<string, string>> {
    return (await import("./account/account.ts")).services(await this.endpoint());
  }

  /**
   * The account's SSH keys.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@laptop";
   * await east.addKey({ name: "laptop", key: line }); // or { key: { file: "laptop.pub" } }
   * console.log((await east.key("laptop")).fingerprint, (await east.keys()).length);
   * await east.deleteKey("laptop");
   * ```
   */
  async keys(): Promise<AccountKey[]> {
    return (await import("./account/account_keys.ts")).keys(await this.endpoint());
  }
  /**
   * One SSH key, by its name, its fingerprint, or its record.
   *
   * @param which Its name, its fingerprint, or its record.
   * @throws {ApiError} 404 when there is none.
   */
  async key(which: AccountKeyRef): Promise<AccountKey> {
    return (await import("./account/account_keys.ts")).key(await this.endpoint(), which);
  }
  /**
   * Adds a public key: its text, or `{ file }` to read it from.
   *
   * @param key The key, or the file that contains it, and its name.
   * @throws {MusterError} when it is not a public key, or the file cannot be read.
   * @throws {ApiError} when the server already has it, or does not support this type of key.
   */
  async addKey(key: NewKey): Promise<AccountKey> {
    const own = copied("addKey()", key);
    return (await import("./account/account_keys.ts")).addKey(await this.endpoint(), own);
  }
  /**
   * Deletes a key, by its name, its fingerprint, or its record.
   *
   * @param which Its name, its fingerprint, or its record.
   * @throws {ApiError} 404 when there is none.
   */
  async deleteKey(which: AccountKeyRef): Promise<void> {
    const own = copied("deleteKey()", which);
    await (await import("./account/account_keys.ts")).deleteKey(await this.endpoint(), own);
  }

  /**
   * Migrations of machines to other servers; narrowed by {@linkcode Selection.where}. They begin with a step of machines:
   * `.migrate()`, or `.beginMigration()`.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * console.log((await east.machine("bastion").migrationEstimate()).size);
   * await east.machine("bastion").beginMigration();
   * await east.migrations().where({ state: "paused" }).sync().waitUntil("paused").switch().waitUntil("successful");
   * const { id } = await east.machine("bastion");
   * console.log((await east.migration(id)).phase);
   * await east.migration(id).finalize().waitUntil("gone");
   * ```
   */
  migrations(): Selection<Migrations> {
    return select(migration(), { ...beginningOf(this), source: { kind: "list" } });
  }
  /**
   * The migration of one machine. Awaiting it gives its record.
   *
   * See {@linkcode Datacenter.migrations} for an example.
   *
   * @param machine The machine's id, or its record.
   * @throws {SelectionError} when awaited and there is none.
   */
  migration(machine: MachineRef): One<Migrations> {
    return selectOne(migration(), refOf("a machine", machine), beginningOf(this));
  }

  /**
   * The users of the account, and their keys (RBAC).
   *
   * See {@linkcode SubUsers} for an example.
   */
  get users(): SubUsers {
    return this.#group("SubUsers", async () => (await import("./account/users.ts")).SubUsers);
  }
  /**
   * The roles of the account, and the things that are open to them (RBAC).
   *
   * See {@linkcode Roles} for an example.
   */
  get roles(): Roles {
    return this.#group("Roles", async () => (await import("./account/roles.ts")).Roles);
  }
  /**
   * The policies that roles consist of (RBAC).
   *
   * See {@linkcode Policies} for an example.
   */
  get policies(): Policies {
    return this.#group("Policies", async () => (await import("./account/policies.ts")).Policies);
  }
  /**
   * Access keys of the account and of its users, for clients of S3.
   *
   * See {@linkcode AccessKeys} for an example.
   */
  get accessKeys(): AccessKeys {
    return this.#group("AccessKeys", async () => (await import("./account/access_keys.ts")).AccessKeys);
  }

  /**
   * The VLANs of the account's fabric, and the networks on them.
   *
   * See {@linkcode Fabrics} for an example.
   */
  get fabrics(): Fabrics {
    return this.#group("Fabrics", async () => (await import("./networks/fabrics.ts")).Fabrics);
  }
  /**
   * The addresses of networks: which are taken, and which are reserved.
   *
   * See {@linkcode NetworkAddresses} for an example.
   */
  get addresses(): NetworkAddresses {
    return this.#group(
      "NetworkAddresses",
      async () => (await import("./networks/addresses.ts")).NetworkAddresses,
    );
  }

  #group<G extends object>(
    name: string,
    load: () => Promise<new (endpoint: () => Promise<Endpoint>) => G>,
  ): G {
    return lazyGroup(`${this} ${name}`, async () => new (await load())(() => this.endpoint()));
  }

  /** The datacenters of this cloud: names and URLs. */
  async datacenters(): Promise<Record<string, string>> {
    return (await import("./catalogue/datacenters.ts")).datacenters(await this.endpoint());
  }
  /**
   * Another datacenter of this cloud, with the same credentials and options. It is lazy: its URL is looked up at its
   * first request.
   *
   * @param name One of the names that {@linkcode Datacenter.datacenters} lists.
   * @throws {MusterError} for an empty name. A name that is not listed rejects the first request.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const east = dc("sim");
   * console.log(Object.keys(await east.datacenters()));
   * console.log(await east.datacenter("sim-1").machines().where({ state: "running" }).count());
   * ```
   */
  datacenter(name: string): Datacenter {
    if (typeof name !== "string" || name === "") {
      throw new MusterError(
        `Cannot go on to another datacenter: its name is not a text: ${JSON.stringify(name)}`,
      );
    }
    return new Datacenter({ ...this.#options, name }, {
      open: async () =>
        (await import("./catalogue/datacenters.ts")).otherDatacenter(await this.endpoint(), name),
      handle: `${this}.datacenter(${JSON.stringify(name)})`,
    });
  }
}
const CHAIN_WHERE = "Chain .where({ … }) to it.";
limitArguments(Datacenter, { machines: CHAIN_WHERE, images: CHAIN_WHERE, volumes: CHAIN_WHERE });

/** The source text of a handle that was made from options. Nothing secret is shown. */
function written({ name, url }: DatacenterOptions): string {
  return `dc(${name === undefined && url === undefined ? "" : JSON.stringify(name ?? url)})`;
}

/**
 * A datacenter, by a profile's name, a datacenter's name, a URL, or options. Nothing is read yet.
 *
 * `dc("sim")` is the built-in simulator. No other name leads to it.
 *
 * @param where Default: the current profile or the environment's settings.
 * @throws {MusterError} for an empty name.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const east = dc("sim"); // a profile's or datacenter's name, an address, or { name, url, account, … }
 * console.log(String(east), await east.machines({ type: "web" }).count());
 * ```
 */
export function dc(where: string | URL | DatacenterOptions = {}): Datacenter {
  refuseMore("dc()", arguments, 1);
  if (where instanceof URL) return new Datacenter({ url: where.href });
  if (typeof where === "string") {
    if (where === "") throw new MusterError(`Cannot use a datacenter with an empty name.`);
    return new Datacenter(/^https?:\/\//.test(where) ? { url: where } : { name: where });
  }
  return new Datacenter(where);
}
