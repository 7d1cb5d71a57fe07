/**
 * Network interfaces of machines, as steps. Wire facts: sdc-cloudapi `lib/nics.js`.
 *
 * A machine that runs is rebooted by the server when an interface is added or removed, and gets back by itself. A record may
 * lag behind, so these steps look at the interfaces themselves.
 *
 * @module
 */
import {
  type Duration,
  type Endpoint,
  milliseconds,
  MusterError,
  type Performance,
  type PerformContext,
  pollUntil,
  sendChecked,
  showDuration,
  WaitTimeoutError,
} from "../../../../engine/mod.ts";
import { listIn } from "../../catalogue/find_in_list.ts";
import type { NetworkRef } from "../../catalogue/network.ts";
import { refOf, resolveNetwork } from "../../catalogue/resolve.ts";
import { machinePath } from "../../machine_path.ts";
import type { Machine, Nic } from "../../machine_record.ts";

/**
 * How a network interface is added.
 *
 * @example
 * ```ts
 * import { dc, type NewNic } from "@muster/muster";
 *
 * const fixed: NewNic = { ip: "10.64.0.77", primary: false, timeout: "5m" };
 * console.log(dc("sim").machine("bastion").addNic("My-Fabric-Network", fixed));
 * ```
 */
export interface NewNic {
  /** The address it is to have; not on public networks. Default: a free one. */
  readonly ip?: string;
  /** Whether the machine's default route and resolvers become those of its network. Default false. */
  readonly primary?: boolean;
  /** How long the step waits for it. Default 10 minutes. */
  readonly timeout?: Duration;
}

/**
 * A network interface, by its record, its MAC address, or the network it is on.
 *
 * @example
 * ```ts
 * import { dc, type NicRef } from "@muster/muster";
 *
 * const which: NicRef = { network: "backend" }; // or "90:b8:d0:c0:00:02", or a record
 * console.log(dc("sim").machine("bastion").removeNic(which));
 * ```
 */
export type NicRef = string | { readonly mac: string } | { readonly network: NetworkRef };

const LIMIT = 600_000;
/** The fields of a machine's record that change with its interfaces, and with the reboot. */
const CHANGES = ["nics", "networks", "ips", "primaryIp", "dns_names"];

type Context = PerformContext<Machine>;

const nicsPath = (id: string, mac?: string) =>
  machinePath(id, `/nics${mac === undefined ? "" : `/${mac.replaceAll(":", "")}`}`);

async function nicsOf({ send, member }: Context): Promise<Nic[]> {
  return listIn<Nic>(
    "nics",
    (await send({ method: "GET", path: nicsPath(member.id), priority: "poll" })).body,
  );
}

/** The id of a network, looked up with the step's own requests. */
const networkId = ({ send }: Context, network: NetworkRef) =>
  resolveNetwork({ send, name: "this datacenter" } as unknown as Endpoint, network);

/** Twelve hexadecimal digits; undefined for anything else. */
const digitsOf = (mac: string) => /^[0-9a-f]{12}$/.exec(mac.toLowerCase().replaceAll(":", ""))?.[0];

function checkRef(which: NicRef): void {
  const ok = typeof which === "string"
    ? digitsOf(which) !== undefined
    : typeof which === "object" && which !== null &&
      ("mac" in which
        ? typeof which.mac === "string" && digitsOf(which.mac) !== undefined
        : "network" in which);
  if (ok) {
    if (typeof which === "object" && !("mac" in which)) refOf("a network", which.network);
    return;
  }
  throw new MusterError(
    `Cannot use this as a network interface: it is not a MAC address, a record, or { network }: ${
      JSON.stringify(which)
    }`,
  );
}

const shown = (ref: NetworkRef) => JSON.stringify(typeof ref === "string" ? ref : ref.name ?? ref.id);

function tooLate(what: string, limit: number): WaitTimeoutError {
  return new WaitTimeoutError(
    `Cannot wait any longer ${what}: the limit of ${
      showDuration(limit)
    } passed. The machine's audit shows whether it failed.`,
    [],
  );
}

/** The steps on network interfaces. */
export const nicSteps = {
  /** Puts the machine on another network, and waits until the interface is there. A machine that runs is rebooted. */
  addNic(network: NetworkRef, options: NewNic = {}): Performance<Machine> {
    refOf("a network", network);
    const { ip, primary = false } = options;
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      name: "addNic",
      label: `addNic(${shown(network)}${ip === undefined ? "" : `, { ip: ${JSON.stringify(ip)} }`})`,
      changes: CHANGES,
      async perform(context) {
        const { member, doubt, skip, clock, signal } = context;
        const id = await networkId(context, network);
        const there = async () => (await nicsOf(context)).find((nic) => nic.network === id);
        const before = await there();
        if (before && !doubt) return skip(`it is on this network already: ${before.ip}`);
        if (!before) {
          const body = { network: ip === undefined ? id : { ipv4_uuid: id, ipv4_ips: [ip] }, primary };
          // A second one on the same network is answered with a redirect to the first.
          const request = { method: "POST", path: nicsPath(member.id), body, accept: [302] } as const;
          await sendChecked(context, request, {
            what: `put ${member.name} on the network`,
            took: there,
            repeatable: true,
          });
        }
        const up = await pollUntil({ clock, signal, within: limit }, async () => {
          const nic = await there();
          return nic && nic.state !== "provisioning" ? nic : undefined;
        });
        if (up) return up;
        throw tooLate(`for the network interface of ${member.name}`, limit);
      },
    };
  },
  /** Takes the machine off a network, and waits until the interface is gone. A machine that runs is rebooted. */
  removeNic(which: NicRef, options: { readonly timeout?: Duration } = {}): Performance<Machine> {
    checkRef(which);
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    const mac = typeof which === "string" ? which : "mac" in which ? which.mac : undefined;
    return {
      name: "removeNic",
      label: `removeNic(${
        mac === undefined
          ? `{ network: ${shown((which as { network: NetworkRef }).network)} }`
          : JSON.stringify(mac)
      })`,
      destructive: true,
      changes: CHANGES,
      async perform(context) {
        const { member, skip, clock, signal } = context;
        const id = mac === undefined
          ? await networkId(context, (which as { network: NetworkRef }).network)
          : undefined;
        const wanted = (nic: Nic) =>
          id === undefined ? digitsOf(nic.mac) === digitsOf(mac!) : nic.network === id;
        const nic = (await nicsOf(context)).find(wanted);
        if (nic === undefined) return skip("it has no such network interface");
        const gone = async () =>
          (await nicsOf(context)).some((one) => one.mac === nic.mac) ? undefined : true;
        await sendChecked(context, { method: "DELETE", path: nicsPath(member.id, nic.mac) }, {
          what: `remove the network interface ${nic.mac} of ${member.name}`,
          took: gone,
          repeatable: true,
        });
        if (await pollUntil({ clock, signal, within: limit }, gone)) return undefined;
        throw tooLate(`for the network interface ${nic.mac} of ${member.name} to be gone`, limit);
      },
    };
  },
};
