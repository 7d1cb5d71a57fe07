import { lifeOfDatabases } from "./databases.ts";

Deno.test("the life of databases on a real Trove 23", (t) =>
  lifeOfDatabases(t, { release: 23, brief: true }));
