import { lifeOfDatabases } from "./databases.ts";

Deno.test("the life of databases on a real Trove 18", (t) => lifeOfDatabases(t, { release: 18 }));
