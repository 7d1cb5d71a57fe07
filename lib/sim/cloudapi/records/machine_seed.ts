/**
 * Makes a machine from its specification: package, image, brand, addresses.
 *
 * @module
 */
import { at32, uuidFrom } from "../../random.ts";
import type { MachineSpec } from "../../seed.ts";
import { stableId } from "../stable_id.ts";
import type { Img } from "./image_catalog.ts";
import type { Pkg } from "./package_catalog.ts";
import { type Disk, isVirtual, type Machine, type Nic, vmState } from "./machine.ts";
import { ipNumber, type Net, releaseAddress, takeAddress } from "./network_catalog.ts";
import { atLeast } from "../version.ts";

const DAY = 86_400_000;

/** What machines are made from: the world's catalogues and numbers. */
export interface Stock {
  readonly seed: number;
  /** When the world began, in milliseconds since 1970. */
  readonly began: number;
  readonly images: readonly Img[];
  readonly packages: readonly Pkg[];
  readonly networks: readonly Net[];
  readonly servers: readonly string[];
  nextNic: number;
}

/** Makes a machine from a specification. `serial` is its number in the world. */
export function machineOf(
  stock: Stock,
  owner: string,
  spec: MachineSpec,
  id: string,
  serial: number,
): Machine {
  const image = findImage(stock, spec.image ?? "base-64-lts");
  const pkg = findPackage(
    stock,
    spec.package ?? (image.type === "zvol" ? "b4-bhyve-flex-4G" : "g4-highcpu-1G"),
  );
  const brand = spec.brand ?? brandOf(image, pkg);
  const state = vmState(spec.state ?? "running");
  const created = spec.created ??
    stock.began - DAY - Math.floor(at32(stock.seed, 31, serial) / 4294967296 * 29 * DAY / 1000) * 1000;
  const machine: Machine = {
    id,
    owner,
    name: spec.name ?? id.slice(0, 8),
    brand,
    state: state === "unreachable" ? "running" : state,
    image: image.id,
    pkg,
    tags: { ...spec.tags },
    metadata: { ...spec.metadata },
    internal: spec.credentials === undefined ? undefined : Object.fromEntries(
      Object.entries(spec.credentials).map(([user, password]) => [`${user}_pw`, password]),
    ),
    nics: [],
    disks: [],
    created,
    updated: created + 60_000,
    firewall: spec.firewall_enabled ?? false,
    protection: spec.deletion_protection ?? false,
    docker: spec.docker ?? false,
    delegated: false,
    server: serverOf(stock, serial),
    roleTags: [],
    snapshots: [],
    jobs: [],
    troubles: state === "unreachable" ? { fail: false, hang: false, skip: false, offline: true } : undefined,
    json: undefined,
  };
  if (isVirtual(brand)) machine.disks = disksOf(machine, image, pkg.disks);
  if (state !== "failed" && state !== "destroyed") {
    const names = spec.networks ?? ["external", "My-Fabric-Network"];
    machine.nics = names.map((name, nth) => seededNic(findNetwork(stock, name), machine, serial, nth));
  }
  return machine;
}

/** The compute node of a machine. */
export function serverOf(stock: Stock, serial: number): string {
  return stock.servers[at32(stock.seed, 32, serial) % stock.servers.length]!;
}

/** The default brand for an image and a package. */
export function brandOf(image: Img, pkg: Pkg): string {
  return image.requirements.brand ?? pkg.brand ?? (image.type === "zvol" ? "bhyve" : "joyent");
}

/** The boot disk of the image, and the disks of the package or the request. */
export function disksOf(
  machine: { id: string; pkg: Pkg; brand: string },
  image: Img,
  wanted: readonly { size?: number | "remaining"; block_size?: number }[] | undefined,
): Disk[] {
  const whole = machine.pkg.disk;
  const boot = image.size ?? 10_240;
  const specs = wanted?.length ? wanted : [{}, { size: machine.pkg.flexible ? whole - boot : whole }];
  const fixed = specs.reduce(
    (sum, { size }, i) => sum + (size === "remaining" ? 0 : size ?? (i === 0 ? boot : 0)),
    0,
  );
  return specs.map(({ size, block_size }, i) => ({
    id: diskId(machine.id, i),
    pci_slot: `0:4:${i}`,
    size: size === "remaining" ? whole - fixed : size ?? boot,
    block_size: block_size ?? 8192,
    boot: i === 0,
    ...(i === 0 ? { image: image.id } : {}),
  }));
}

/** The id of a machine's disk in a slot. */
export function diskId(machine: string, slot: number | string): string {
  return stableId(`disk ${machine} ${slot}`);
}

/** A machine's NIC on a network; undefined if no address is free. */
export function newNic(
  stock: Stock,
  net: Net,
  machine: string,
  options: { primary: boolean; ip?: string; state: Nic["state"] },
): Nic | undefined {
  const ip = takeAddress(net, machine, options.ip === undefined ? undefined : ipNumber(options.ip));
  if (ip === undefined) return undefined;
  const serial = stock.nextNic++;
  return nicAt(net, ip, serial, options.primary, options.state);
}

function nicAt(net: Net, ip: string, serial: number, primary: boolean, state: Nic["state"]): Nic {
  const hex = (serial & 0xffffff).toString(16).padStart(6, "0");
  const mac = `90:b8:d0:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`;
  return { mac, ip, primary, gateway: net.gateway, netmask: net.netmask, state, network: net.id };
}

/** Seeded machines have addresses by their serial, so that the order of reading them does not matter. */
function seededNic(net: Net, machine: Machine, serial: number, nth: number): Nic {
  const wanted = net.first + serial;
  const fits = wanted <= net.last && !net.holders.has(wanted);
  const ip = takeAddress(net, machine.id, fits ? wanted : undefined) ?? net.gateway;
  const state = machine.state === "stopped" ? "stopped" : "running";
  return nicAt(net, ip, serial * 4 + nth, nth === 0, state);
}

/** Returns all addresses of a machine. */
export function releaseNics(stock: Stock, machine: Machine): void {
  for (const nic of machine.nics) {
    const net = stock.networks.find(({ id }) => id === nic.network);
    if (net !== undefined) releaseAddress(net, nic.ip);
  }
}

/** An image by id, or the newest that has the given name. */
export function findImage(stock: Stock, idOrName: string): Img {
  const found = stock.images.find(({ id }) => id === idOrName) ??
    stock.images.findLast(({ name, state }) => name === idOrName && state === "active");
  if (found === undefined) {
    throw new RangeError(`Cannot make the machine: the image does not exist: ${idOrName}`);
  }
  return found;
}

/** A package by id, or the newest that has the given name. */
export function findPackage(stock: Stock, idOrName: string): Pkg {
  const found = stock.packages.find(({ id }) => id === idOrName) ?? newestPackage(stock.packages, idOrName);
  if (found === undefined) {
    throw new RangeError(`Cannot make the machine: the package does not exist: ${idOrName}`);
  }
  return found;
}

/** The active package with a name and the highest version. */
export function newestPackage(packages: readonly Pkg[], name: string): Pkg | undefined {
  return packages.filter((pkg) => pkg.name === name && pkg.active)
    .reduce<Pkg | undefined>((a, b) => a === undefined || atLeast(b.version, a.version) ? b : a, undefined);
}

function findNetwork(stock: Stock, idOrName: string): Net {
  const found = stock.networks.find(({ id, name }) => id === idOrName || name === idOrName);
  if (found === undefined) {
    throw new RangeError(`Cannot make the machine: the network does not exist: ${idOrName}`);
  }
  return found;
}

/** A UUID from the world's seed and a machine's serial, for things that belong to the machine. */
export function derivedId(stock: Stock, stream: number, serial: number): string {
  const part = (n: number) => at32(stock.seed, stream + n, serial);
  return uuidFrom(part(0), part(1), part(2), part(3));
}
