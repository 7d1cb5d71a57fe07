/**
 * Who can connect to an instance.
 *
 * @module
 */
import { MusterError } from "../../../../engine/mod.ts";
import type { Instance } from "../records/instance_record.ts";

/**
 * Who can connect.
 *
 * @example
 * ```ts
 * import { type Access, dbaas } from "@muster/muster";
 *
 * const office: Access = { isPublic: true, allowedCidrs: ["192.0.2.0/24"] };
 * console.log(dbaas("sim").instance("dev-scratch").access(office));
 * ```
 */
export interface Access {
  /** Whether it has an address outside the cloud's own network. */
  isPublic?: boolean;
  /** IPv4 networks that may connect: `["10.0.0.0/8"]`. */
  allowedCidrs?: readonly string[];
}

/** Refuses invalid values. */
export function checkAccess(access: Access): void {
  const known = ["isPublic", "allowedCidrs"];
  const keys = typeof access === "object" && access !== null ? Object.keys(access) : [];
  const unknown = keys.find((key) => !known.includes(key));
  if (keys.length === 0 || unknown !== undefined) {
    throw new MusterError(
      `Cannot set the access: ${
        unknown ? `the option ${unknown} does not exist` : "no option is given"
      }. The options ` +
        `are ${known.join(" and ")}`,
    );
  }
}

/** In the API's form. */
export function accessBody({ isPublic, allowedCidrs }: Access): Record<string, unknown> {
  return {
    ...(isPublic === undefined ? {} : { is_public: isPublic }),
    ...(allowedCidrs === undefined ? {} : { allowed_cidrs: allowedCidrs }),
  };
}

/** Whether an instance already has this access, as far as it is given. */
export function hasAccess({ access }: Instance, { isPublic, allowedCidrs }: Access): boolean {
  const open = (access?.is_public ?? false) === (isPublic ?? access?.is_public ?? false);
  const cidrs = [...access?.allowed_cidrs ?? []].sort().join();
  return open && (allowedCidrs === undefined || cidrs === [...allowedCidrs].sort().join());
}
