/**
 * Listing backups.
 *
 * @module
 */
import type { ApiRequest, ListingOptions } from "../../../engine/mod.ts";
import type { Backup } from "./records/backup_record.ts";
import { collected, type Sender } from "./list_pages.ts";
import { shiftingPages } from "./shifting_pages.ts";
import { instancePath } from "./records/guest_path.ts";

/**
 * Records that are asked for in a page. Unlike with other lists the server gives as many, so that nearly every list comes in one
 * page, which nothing can change while it is read.
 */
export const BACKUPS_IN_PAGE = 1000;

/** All pages of a list of backups: the project's unless the query says otherwise. */
export function backupPages(
  sender: Sender,
  query: ApiRequest["query"] = {},
  options: Partial<ListingOptions> = {},
  path = "/backups",
): AsyncIterable<Backup[]> {
  return shiftingPages<Backup>(sender, { path, items: "backups", query, limit: BACKUPS_IN_PAGE }, options);
}

/** All backups: the project's unless the query says otherwise. */
export function listBackups(sender: Sender, query?: ApiRequest["query"]): Promise<Backup[]> {
  return collected(backupPages(sender, query));
}

/** All backups of an instance. */
export function backupsOf(sender: Sender, id: string): Promise<Backup[]> {
  return collected(backupPages(sender, {}, {}, instancePath(id, "/backups")));
}
