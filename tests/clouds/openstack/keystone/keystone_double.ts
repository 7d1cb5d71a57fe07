/**
 * A Keystone in this process, for what the real one cannot be made to do: v2.0, API keys, odd clocks, failures.
 *
 * @module
 */

/** What the double was asked. */
export interface Asked {
  line: string;
  body: unknown;
}

/** Answers requests in turn by what `react` says of the nth one. */
export function keystoneDouble(react: (asked: Asked, nth: number) => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const answer: typeof fetch = async (input, init) => {
    const text = typeof init?.body === "string" ? init.body : undefined;
    const one = {
      line: `${init?.method ?? "GET"} ${new URL(String(input)).pathname}`,
      body: text === undefined ? undefined : JSON.parse(text),
    };
    asked.push(one);
    return await react(one, asked.length - 1);
  };
  return { asked, fetch: answer };
}

/** A v3 token that begins at `issued` and lives `seconds`. */
export function tokenV3(id: string, issued: number, seconds: number): Response {
  const time = (ms: number) => new Date(ms).toISOString().replace("Z", "000Z");
  const token = {
    issued_at: time(issued),
    expires_at: time(issued + seconds * 1000),
    user: { id: "u1", name: "demo", domain: { id: "default", name: "Default" } },
    project: { id: "p1", name: "demo", domain: { id: "default", name: "Default" } },
    roles: [{ id: "r1", name: "member" }],
    catalog: [{
      type: "database",
      name: "trove",
      endpoints: [{ interface: "public", region_id: "North", url: "http://trove.test/v1.0/p1" }],
    }],
  };
  return Response.json({ token }, { status: 201, headers: { "x-subject-token": id } });
}

/** A v2.0 token. */
export function tokenV2(id: string, expires: string, date?: string): Response {
  const access = {
    token: { id, expires, tenant: { id: "12345", name: "12345" } },
    user: { id: "u1", name: "jsmith", roles: [{ name: "member" }] },
    serviceCatalog: [{
      type: "rax:database",
      name: "cloudDatabases",
      endpoints: [{ region: "DFW", publicURL: "https://dfw.databases.test/v1.0/12345", tenantId: "12345" }],
    }],
  };
  return Response.json({ access }, { headers: date === undefined ? {} : { date } });
}

/** Keystone's answer to whatever it does not accept. */
export function refused(): Response {
  const message = "The request you have made requires authentication.";
  return Response.json({ error: { code: 401, title: "Unauthorized", message } }, { status: 401 });
}

/** The list of versions at the root. */
export function versions(...ids: string[]): Response {
  return Response.json({ versions: { values: ids.map((id) => ({ id, status: "stable" })) } }, {
    status: 300,
  });
}
