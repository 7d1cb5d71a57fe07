/**
 * Lists backups.
 *
 * @module
 */
import type { ApiRequest, ListingOptions } from "../../../engine/mod.ts";
import type { Backup } from "./records/backup_record.ts";
import { collected, type Sender } from "./list_pages.ts";
import { shiftingPages } from "./shifting_pages.ts";
import { instancePath } from "./records/guest_path.ts";

/**
 * The number of records to ask for in a page. For this list the server returns as many as asked for. So nearly every
 * list has one page, which nothing can change while it is read.
 */
export const BACKUPS_IN_PAGE = 1000;

/** All pages of a list of backups. Without a query, those of the project. */
export function backupPages(
  sender: Sender,
  query: ApiRequest["query"] = {},
  options: Partial<ListingOptions> = {},
  path = "/backups",
): AsyncIterable<Backup[]> {
  return shiftingPages<Backup>(sender, { path, items: "backups", query, limit: BACKUPS_IN_PAGE }, options);
}

/** All backups. Without a query, those of the project. */
export function listBackups(sender: Sender, query?: ApiRequest["query"]): Promise<Backup[]> {
  return collected(backupPages(sender, query));
}

/** All backups of an instance. */
export function backupsOf(sender: Sender, id: string): Promise<Backup[]> {
  return collected(backupPages(sender, {}, {}, instancePath(id, "/backups")));
}
