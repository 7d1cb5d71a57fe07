/**
 * The handle of a datacenter: `dc("us-east-1")`.
 *
 * @module
 */
import {
  type ApiRequest,
  type ApiResponse,
  type Chain,
  creation,
  type Endpoint,
  MusterError,
  type One,
  select,
  type Selection,
  selectOne,
  type Where,
} from "../chain/mod.ts";
import type { Account, AccountChanges, AccountConfig, ProvisioningLimit } from "./account.ts";
import type { AccountKey, AccountKeyRef, NewKey } from "./account_keys.ts";
import { checkImageSpec, type ImageSpec } from "./create_image.ts";
import { checkSpec, type MachineSpec } from "./create_machine.ts";
import type { FirewallRule } from "./firewall.ts";
import { type Image, image, type ImageRef, type Images } from "./image.ts";
import { machine, type Machines } from "./machine.ts";
import type { Network, NetworkRef } from "./network.ts";
import { open } from "./open.ts";
import type { DatacenterOptions } from "./options.ts";
import type { Package, PackageRef } from "./package.ts";
import { isUuid, newestImage, type Ref, refOf, resolveNetwork, resolvePackage } from "./resolve.ts";
import type { Volume } from "./volume.ts";

/** How a handle that is made from another one finds its endpoint, and how it reads. */
interface Origin {
  open: () => Promise<Endpoint>;
  handle: string;
}

/** One CloudAPI and the credentials for it. Lazy: nothing is read or opened before the first request. */
export class Datacenter {
  readonly #options: DatacenterOptions;
  readonly #origin: Origin | undefined;
  #endpoint: Promise<Endpoint> | undefined;

  /** Use {@linkcode dc}. */
  constructor(options: DatacenterOptions, origin?: Origin) {
    this.#options = Object.freeze({ ...options });
    this.#origin = origin;
    Object.freeze(this);
  }

  /** What requests are sent with; finds the credentials at the first call. */
  endpoint(): Promise<Endpoint> {
    return this.#endpoint ??= (this.#origin?.open() ?? open(this.#options)).catch((error) => {
      this.#endpoint = undefined; // the next request looks again: a key may have been added meanwhile
      throw error;
    });
  }

  #from() {
    return { endpoint: () => this.endpoint(), handle: String(this) };
  }

  /**
   * The machines with these tags.
   *
   * @param tags Tags and their values: literals, patterns, tests, or lists of what is allowed. None: every machine.
   * @throws {SelectionError} when a value is undefined or empty.
   */
  machines(tags: Readonly<Record<string, unknown>> = {}): Selection<Machines> {
    return select(machine, { ...this.#from(), source: { kind: "list" }, tags });
  }

  /**
   * One machine. Awaiting it gives its record.
   *
   * Besides its record, its `tags()`, `metadata()`, `snapshots()`, `audit()`, `publicIps()`, `privateIps()`, `nics()`,
   * `disks()`, `fwrules()`, `script()` and `credentials()` can be read.
   *
   * @param which Its UUID, its exact name, or its record.
   * @throws {SelectionError} when awaited and there is none, or more than one of this name.
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
  machine(which: Ref): One<Machines> {
    return selectOne(machine, refOf("a machine", which), this.#from());
  }

  /**
   * New machines, as a chain that begins with making them.
   *
   * @throws {MusterError} for a specification that cannot be right.
   */
  createMachine(spec: MachineSpec): Chain<Machines, "provisioning"> {
    const names = checkSpec(spec);
    return creation(machine, { ...this.#from(), source: { kind: "create", spec, names } });
  }

  /**
   * Images: of a name, a pattern for names (`name`, `name@version` and `name:version` are tried), or attributes.
   *
   * Only active ones, unless `state` is among the attributes.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const lts = await dc("sim").images(/^base-64-lts:23/);
   * const linux = await dc("sim").images({ os: "linux", type: "lx-dataset" });
   * await dc("sim").images({ name: /^nightly/, public: false }).delete();
   * ```
   */
  images(wanted?: string | RegExp | Where<Image>): Selection<Images> {
    const all = select(image, { ...this.#from(), source: { kind: "list" } });
    if (wanted === undefined) return all;
    if (wanted instanceof RegExp) return all.where({ name: wanted });
    if (typeof wanted !== "string") return all.where(wanted);
    return isUuid(wanted) ? all.where({ id: wanted }) : all.where({ name: wanted });
  }

  /**
   * One image. Of several of one name awaiting it gives the newest, and doing something to it is refused.
   *
   * @param which Its UUID, its name, `name@version`, or its record.
   */
  image(which: ImageRef): One<Images> {
    return selectOne(image, refOf("an image", which), this.#from());
  }

  /**
   * The newest active image of a name.
   *
   * @throws {SelectionError} when there is none.
   */
  async newestImage(name: string): Promise<Image> {
    return await newestImage(await this.endpoint(), name);
  }

  /**
   * A new image of a machine, as a chain that begins with making it.
   *
   * @throws {MusterError} for a specification that cannot be right.
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
    checkImageSpec(spec);
    return creation(image, { ...this.#from(), source: { kind: "create", spec, names: [spec.name] } });
  }

  /**
   * Packages: of a name, a pattern for names, or attributes.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const fast = await dc("sim").packages(/high[- ]?cpu/);
   * const big = await dc("sim").packages({ memory: (mib) => mib >= 4096 });
   * ```
   */
  async packages(wanted?: string | RegExp | Where<Package>): Promise<Package[]> {
    return (await import("./package.ts")).packages(await this.endpoint(), wanted);
  }
  /** One package, by its id, its name (of several versions the newest), or its record. */
  async package(which: PackageRef): Promise<Package> {
    return await resolvePackage(await this.endpoint(), which);
  }
  /**
   * The package this datacenter takes where none is named.
   *
   * @throws {SelectionError} when it has none, as all since CloudAPI 8; names the smallest there are.
   */
  async defaultPackage(): Promise<Package> {
    return (await import("./package.ts")).defaultPackage(await this.endpoint());
  }

  /** Networks: of a name, a pattern for names, or attributes. */
  async networks(wanted?: string | RegExp | Where<Network>): Promise<Network[]> {
    return (await import("./network.ts")).networks(await this.endpoint(), wanted);
  }
  /**
   * One network, by its id, its name, or its record.
   *
   * @throws {SelectionError} when there is none of this name, or several; lists them.
   */
  async network(which: NetworkRef): Promise<Network> {
    const endpoint = await this.endpoint();
    const id = await resolveNetwork(endpoint, which);
    return (await endpoint.send({ method: "GET", path: `/networks/${encodeURIComponent(id)}` }))
      .body as Network;
  }

  /** The account's firewall rules. */
  async fwrules(): Promise<FirewallRule[]> {
    return (await import("./firewall.ts")).firewallRules(await this.endpoint());
  }

  /** Shared volumes: of a name, a pattern for names, or attributes. Where the datacenter offers them. */
  async volumes(wanted?: string | RegExp | Where<Volume>): Promise<Volume[]> {
    return (await import("./volume.ts")).volumes(await this.endpoint(), wanted);
  }

  /** The account. */
  async account(): Promise<Account> {
    return (await import("./account.ts")).account(await this.endpoint());
  }
  /**
   * Changes the account: the fields given and no others; an empty text or null clears one.
   *
   * @throws {MusterError} when a field is unknown, or the server kept it as it was.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * await dc("sim").updateAccount({ companyName: "Example", phone: null });
   * ```
   */
  async updateAccount(changes: AccountChanges): Promise<Account> {
    return (await import("./account.ts")).updateAccount(await this.endpoint(), changes);
  }
  /** How much the account may have; empty where the operator set no limits. */
  async limits(): Promise<ProvisioningLimit[]> {
    return (await import("./account.ts")).limits(await this.endpoint());
  }
  /** How the account is set up. */
  async config(): Promise<AccountConfig> {
    return (await import("./account.ts")).config(await this.endpoint());
  }
  /** Sets the network that Docker containers are put on: by its id, its name, or its record. */
  async updateConfig(changes: { readonly default_network: NetworkRef }): Promise<AccountConfig> {
    return (await import("./account.ts")).updateConfig(await this.endpoint(), changes);
  }
  /** The datacenter's services: names and addresses. */
  async services(): Promise<Record<string, string>> {
    return (await import("./account.ts")).services(await this.endpoint());
  }

  /** The account's SSH keys. */
  async keys(): Promise<AccountKey[]> {
    return (await import("./account_keys.ts")).keys(await this.endpoint());
  }
  /** One SSH key, by its name, its fingerprint, or its record. */
  async key(which: AccountKeyRef): Promise<AccountKey> {
    return (await import("./account_keys.ts")).key(await this.endpoint(), which);
  }
  /** Puts a public key on record: its line, or `{ file }` to read it from. */
  async addKey(key: NewKey): Promise<AccountKey> {
    return (await import("./account_keys.ts")).addKey(await this.endpoint(), key);
  }
  /** Takes a key off the record: by its name, its fingerprint, or its record. */
  async deleteKey(which: AccountKeyRef): Promise<void> {
    await (await import("./account_keys.ts")).deleteKey(await this.endpoint(), which);
  }

  /** The datacenters of this cloud: names and addresses. */
  async datacenters(): Promise<Record<string, string>> {
    return (await import("./datacenters.ts")).datacenters(await this.endpoint());
  }
  /**
   * Another datacenter of this cloud, with the same credentials and options. Lazy: where it is, is asked at its first
   * request.
   *
   * @example
   * ```ts
   * import { dc } from "@muster/muster";
   *
   * const west = dc("sim").datacenter("sim-1");
   * const running = await west.machines().where({ state: "running" }).count();
   * ```
   */
  datacenter(name: string): Datacenter {
    if (typeof name !== "string" || name === "") {
      throw new MusterError(`Cannot go on to another datacenter as it has no name: ${JSON.stringify(name)}`);
    }
    return new Datacenter({ ...this.#options, name }, {
      open: async () => (await import("./datacenters.ts")).otherDatacenter(await this.endpoint(), name),
      handle: `${this}.datacenter(${JSON.stringify(name)})`,
    });
  }

  /**
   * Sends any request, signed and retried like the rest.
   *
   * @param path Below the account: `/machines/…`.
   * @throws {ApiError} {@linkcode ApiError} when the server refuses it.
   */
  async request(
    method: ApiRequest["method"],
    path: string,
    options: Pick<ApiRequest, "query" | "body" | "headers" | "accept" | "idempotent"> = {},
  ): Promise<ApiResponse> {
    return await (await this.endpoint()).send({ method, path, ...options });
  }

  /** How the handle was written. */
  toString(): string {
    if (this.#origin) return this.#origin.handle;
    const { name, url } = this.#options;
    return `dc(${name === undefined && url === undefined ? "" : JSON.stringify(name ?? url)})`;
  }
  [Symbol.for("Deno.customInspect")](): string {
    return String(this);
  }
}

/**
 * A datacenter, by a profile's name, a datacenter's name, an address, or options. Touches nothing yet.
 *
 * `dc("sim")` is the built-in simulator; no other name ever leads to it.
 *
 * @param where Default: the current profile or the environment's settings.
 */
export function dc(where: string | URL | DatacenterOptions = {}): Datacenter {
  if (where instanceof URL) return new Datacenter({ url: where.href });
  if (typeof where === "string") {
    if (where === "") throw new MusterError(`Cannot use an empty name as a datacenter`);
    return new Datacenter(/^https?:\/\//.test(where) ? { url: where } : { name: where });
  }
  return new Datacenter(where);
}
