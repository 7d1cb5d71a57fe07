import { lifeOfDatabases } from "./databases.ts";

Deno.test("the life of databases on a real Trove 26", (t) =>
  lifeOfDatabases(t, { release: 26, brief: true }));
