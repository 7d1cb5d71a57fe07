/**
 * A small API to try `api()` with: a render farm whose jobs are created, paused, resumed, restarted and removed. Served
 * on a loopback port.
 *
 * `GET /jobs?pool=blue&limit=50&offset=0` lists, `GET /jobs/ID` reads, `POST /jobs` creates, `POST /jobs/ID/pause`,
 * `/resume` and `/retry` act, `PUT /jobs/ID` sets the priority, and `DELETE /jobs/ID` removes a job that is paused. A
 * job takes a moment to pause. `GET /events` pushes each change. Every request needs a token, which `POST /login`
 * returns.
 *
 * @module
 */

/** The record of a job. */
export interface FarmJob {
  id: string;
  name: string;
  phase: "working" | "pausing" | "paused";
  pool: string;
  priority: number;
  /** Whether it is protected: such a job cannot be removed. */
  kept: boolean;
  /** Grows with each change. */
  changed: number;
}

/** A farm that is running. */
export interface Farm extends AsyncDisposable {
  /** Its URL. */
  readonly url: string;
  /** The token that it accepts. */
  readonly token: string;
  /** The requests that changed something, in order. */
  readonly writes: readonly string[];
  /** Revokes the token: from now on only a new one is accepted. */
  expire(): void;
}

/** Serves a farm with some jobs: every third in the pool `blue`, the others in `red`. */
export function serveFarm({ jobs: count = 9, takes = 50 }: { jobs?: number; takes?: number } = {}): Farm {
  let token = crypto.randomUUID() as string;
  const writes: string[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const tells = new Set<(message: string) => void>();
  const jobs = new Map<string, FarmJob>();
  const add = (name: string, pool: string): FarmJob => {
    const job: FarmJob = {
      id: `j${jobs.size}`,
      name,
      phase: "working",
      pool,
      priority: 5,
      kept: false,
      changed: 1,
    };
    jobs.set(job.id, job);
    return job;
  };
  for (let n = 0; n < count; n++) add(`scene-${n}`, n % 3 === 0 ? "blue" : "red");

  const changed = (job: FarmJob) => {
    job.changed++;
    const message = JSON.stringify({ job, at: Date.now() });
    for (const tell of tells) tell(message);
  };
  const later = (work: () => void) => {
    const timer = setTimeout(() => (timers.delete(timer), work()), takes);
    timers.add(timer);
  };
  const refuse = (status: number, code: string, message: string) =>
    Response.json({ code, message }, { status });

  function events(): Response {
    let tell: (message: string) => void;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        tell = (message) => controller.enqueue(new TextEncoder().encode(`data: ${message}\n\n`));
        tells.add(tell);
      },
      cancel: () => void tells.delete(tell),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  async function act(job: FarmJob, action: string | undefined, request: Request): Promise<Response> {
    const from = (phase: FarmJob["phase"]) => job.phase === phase;
    if (request.method === "DELETE") {
      if (job.kept) return refuse(409, "Kept", "the job is kept");
      if (!from("paused")) return refuse(409, "Busy", `the job is ${job.phase}`);
      jobs.delete(job.id);
      return new Response(null, { status: 204 });
    }
    if (request.method === "PUT") job.priority = (await request.json()).priority;
    else if (action === "pause" && from("working")) {
      job.phase = "pausing";
      later(() => {
        job.phase = "paused";
        changed(job);
      });
    } else if (action === "resume" && from("paused")) job.phase = "working";
    else if (action !== "retry" || !from("working")) return refuse(409, "Busy", `the job is ${job.phase}`);
    changed(job);
    return Response.json(job, { status: 202 });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, kind, id, action] = pathname.split("/");
    if (pathname === "/login") return Response.json({ token });
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return refuse(401, "NoToken", "the token is missing, wrong or too old");
    }
    if (pathname === "/events") return events();
    if (kind !== "jobs") return refuse(404, "NotFound", `there is no ${pathname}`);
    if (request.method !== "GET") writes.push(`${request.method} ${pathname}`);
    if (id === undefined) {
      if (request.method === "POST") {
        const { name, pool } = await request.json();
        return Response.json(add(name, pool), { status: 201 });
      }
      const pool = searchParams.get("pool");
      const [offset, limit] = [Number(searchParams.get("offset")), Number(searchParams.get("limit") ?? 100)];
      return Response.json(
        [...jobs.values()].filter((job) => pool === null || job.pool === pool).slice(offset, offset + limit),
      );
    }
    const job = jobs.get(decodeURIComponent(id));
    if (!job) return refuse(404, "NotFound", `there is no job ${id}`);
    return request.method === "GET" ? Response.json(job) : await act(job, action, request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get token() {
      return token;
    },
    writes,
    expire() {
      token = crypto.randomUUID();
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      await server.shutdown();
    },
  };
}
