/**
 * How much a project uses, and whether there is room for more.
 *
 * @module
 */
import type { Project } from "../../keystone/identity.ts";
import type { Quota } from "../../options.ts";
import { fault } from "../../reply.ts";
import type { Region } from "../region.ts";

/** How much of each resource the project uses. */
export function usage(region: Region, project: Project): Quota {
  const mine = region.instancesOf(project);
  const sum = (of: (one: typeof mine[number]) => number) => mine.reduce((total, one) => total + of(one), 0);
  return {
    instances: mine.length,
    volumes: sum((one) => one.volume.size),
    backups: region.backups.filter((one) => one.project === project).length,
    ram: sum((one) => one.flavor.ram),
  };
}

/** @throws {Refusal} 413 without `retryAfter`, with every resource that would exceed its quota. */
export function reserveQuota(region: Region, project: Project, more: Partial<Quota>): void {
  const quota = region.quotaOf(project.id);
  const used = usage(region, project);
  const over = (Object.keys(more) as (keyof Quota)[])
    .filter((name) => quota[name] >= 0 && more[name]! > 0 && used[name] + more[name]! > quota[name]).sort();
  if (over.length === 0) return;
  throw fault(413, `Quota exceeded for resources: [${over.map((name) => `'${name}'`).join(", ")}].`);
}
