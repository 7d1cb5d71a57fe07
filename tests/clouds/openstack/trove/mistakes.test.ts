/**
 * Mistakes with databases that the compiler finds: each line below is an error, or the check of this file fails.
 */
import { type DatabaseService, dbaas } from "../../../../lib/muster.ts";

/** Never called. */
export function mistakes(db: DatabaseService) {
  // @ts-expect-error there is no such state
  db.instances().all().waitUntil("redy");
  // @ts-expect-error a restarting instance is not restarted again
  db.instances().all().restart().restart();
  // @ts-expect-error what is deleted does not become ready
  db.instances().all().delete().waitUntil("ready");
  // @ts-expect-error one that is built cannot be deleted
  db.createInstance({ flavor: "1" }).delete();
  // @ts-expect-error a backup in the making cannot be deleted
  db.createBackup({ name: "a", instance: "b" }).delete();
  // @ts-expect-error a volume's size is a number of GB
  db.instances().all().resizeVolume("3");
  // @ts-expect-error there is no such option
  db.createInstance({ flavour: "1" });
  // @ts-expect-error databases are read of one instance, not of many
  db.instances().databases();
  // @ts-expect-error there is no such attribute
  db.instances().where({ state: "ACTIVE" });
}

Deno.test("what is no mistake compiles", () => {
  const db = dbaas({ endpoint: "https://nowhere.invalid", token: "t" });
  const all = db.instances().where({
    status: ["ACTIVE", "ERROR"],
    name: /^a/,
    volume: (one) => one.size > 3,
  });
  String(all);
});
