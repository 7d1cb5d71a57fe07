/**
 * Finds the backups that are deleted along with others: their increments, and the increments of those.
 *
 * @module
 */
import type { AlsoDestroyed, Endpoint } from "../../../../engine/mod.ts";
import type { Backup } from "../records/backup_record.ts";
import { listBackups } from "../list_backups.ts";

/** All increments of each of these backups, by the backup's id. Reads the list of all backups once. */
export async function increments(
  endpoint: Endpoint,
  parents: readonly Backup[],
): Promise<Map<string, AlsoDestroyed[]>> {
  const all = await listBackups(endpoint);
  const children = new Map<string, Backup[]>();
  for (const one of all) {
    if (one.parent_id === null || one.parent_id === undefined) continue;
    const known = children.get(one.parent_id);
    if (known) known.push(one);
    else children.set(one.parent_id, [one]);
  }
  return new Map(parents.map(({ id }) => {
    const found = new Map<string, Backup>();
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const child of children.get(next) ?? []) {
        if (found.has(child.id) || child.id === id) continue;
        found.set(child.id, child);
        waiting.push(child.id);
      }
    }
    const others = [...found.values()].map((record) => ({
      kind: "backup",
      id: record.id,
      name: record.name,
      record,
    }));
    return [id, others];
  }));
}
