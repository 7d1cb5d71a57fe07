/**
 * The little datacenter's front: CloudAPI's routes over an injected fetch, with all that can happen to a request.
 */
import type { OpenSocket, SocketListener } from "../../lib/http/websocket.ts";
import type { VirtualClock } from "../../lib/sim/clock.ts";
import { Chance } from "./seeded_random.ts";
import { type Cloud, START, type Vm } from "./cloud.ts";
import type { Fault, Story } from "./scenario.ts";
import { answerAsTrove, noInstance } from "./trove_answers.ts";

export interface Reply {
  status: number;
  /** Sent as JSON where it is no text. */
  body?: unknown;
  headers?: Record<string, string>;
}

const PAGE = "<!DOCTYPE html><html><head><title>Please log in</title></head><body>Welcome</body></html>";
const page = (status: number): Reply => ({ status, body: PAGE, headers: { "content-type": "text/html" } });
const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  body: { code, message },
});
const none = refusal(404, "ResourceNotFound", "there is none");

/** A request on its way: what it is and who sent it. */
export interface Request {
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export class Front {
  readonly fetch: typeof fetch;
  /** Requests so far, and those that change something. */
  requests = 0;
  readonly #cloud: Cloud;
  readonly #clock: VirtualClock;
  readonly #story: Story;
  readonly #chance: Chance;
  readonly #faults: Map<number, Fault>;
  readonly #listeners = new Set<SocketListener>();
  #pushed = 0;
  /** Whom somebody wanted to delete, whatever became of it. */
  readonly #condemned = new Set<string>();

  constructor(cloud: Cloud, clock: VirtualClock, story: Story) {
    this.#cloud = cloud;
    this.#clock = clock;
    this.#story = story;
    this.#chance = new Chance(story.seed ^ 0x5eed);
    this.#faults = new Map(story.faults.map(({ nth, what }) => [nth, what]));
    this.fetch = ((url: string, init: RequestInit) => this.#serve(url, init)) as unknown as typeof fetch;
  }

  async #serve(href: string, init: RequestInit): Promise<Response> {
    const url = new URL(href);
    const request: Request = {
      method: init.method ?? "GET",
      path: url.pathname.split("/").slice(this.#story.api === "trove" ? 3 : 2).map(decodeURIComponent),
      query: url.searchParams,
      body: typeof init.body === "string" ? JSON.parse(init.body) : {},
    };
    const { distance, listing, outage } = this.#story;
    const fault = this.#faults.get(this.requests++);
    const sentAt = this.#clock.now();
    if (request.method === "DELETE" && request.path.length === 2) this.#condemned.add(request.path[1]!);
    const isList = request.method === "GET" && (request.path.length === 1 || request.path[1] === "detail");
    const [there, back] = [this.#chance.whole(1, distance), this.#chance.whole(1, distance)];
    await this.#clock.sleep(there + (isList ? this.#chance.whole(0, listing) : 0));
    const since = this.#clock.now() - START;
    if (fault === "refused" || (outage && since >= outage.from && since < outage.to)) {
      throw new TypeError(
        "error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)",
      );
    }
    this.#cloud.settle(this.#clock.now());
    // Whatever is not the API's own answer to a read is no special case: it is as good as none.
    const doing = fault === undefined || fault === "404" || fault.endsWith("!");
    const readAt = this.#clock.now();
    this.#cloud.sentAt = sentAt;
    const reply = doing ? this.#answer(request) : { status: 0 };
    await this.#clock.sleep(
      back + (isList ? this.#chance.whole(0, listing) : 0) + (fault === "slow!" ? 20_000 : 0),
    );
    switch (fault) {
      case undefined:
      case "slow!":
        break;
      case "dropped":
      case "lost!":
        throw new TypeError(
          "error sending request: client error (SendRequest): connection reset by peer (os error 104)",
        );
      case "silent":
      case "silent!":
        return await new Promise((_, reject) => {
          init.signal?.addEventListener("abort", () => reject(new DOMException("over", "AbortError")), {
            once: true,
          });
        });
      case "500":
      case "500!":
        return response(refusal(500, "InternalError", "something went wrong"));
      case "502 page":
      case "502 page!":
        return response(page(502));
      case "503":
        return response(refusal(503, "ServiceUnavailableError", "this datacenter is being upgraded"));
      case "503 page":
        return response(page(503));
      case "429":
        return response(refusal(429, "TooManyRequestsError", "too many requests"));
      case "200 page":
      case "200 page!":
        return response(page(200));
      case "200 empty":
        return response({ status: 200 });
      case "404 page":
      case "404 page!":
        return response(page(404));
      case "410 page":
        return response(page(410));
      case "401":
        return response(refusal(401, "InvalidCredentials", "who are you?"));
      case "403":
        return response(refusal(403, "NotAuthorized", "not now"));
      case "302":
        return response({
          ...page(302),
          headers: { "content-type": "text/html", location: "https://login.example.com/" },
        });
      case "404": {
        // The API's own 404 is a lie that nobody sees through where the machine was to be deleted, or where it answers a write.
        const doomed = this.#condemned.has(request.path[1] ?? "");
        if (request.method !== "GET" || doomed) break;
        this.#condemned.add(request.path[1] ?? ""); // nor twice in a row
        return response(this.#story.api === "trove" ? noInstance() : none);
      }
      case "cut!":
        return response({
          status: reply.status,
          body: JSON.stringify(reply.body ?? "").slice(0, 9),
          headers: { "content-type": "application/json" },
        });
      case "odd!":
        return response({ ...reply, body: reply.status < 300 ? (isList ? {} : null) : reply.body });
    }
    this.#note(request, reply, readAt);
    return response(
      this.#story.skew === undefined ? reply : {
        ...reply,
        headers: { ...reply.headers, date: new Date(readAt + this.#story.skew).toUTCString() },
      },
    );
  }

  /** Keeps what somebody was shown of machines. */
  #note(request: Request, reply: Reply, readAt: number): void {
    if (!["machines", "instances"].includes(request.path[0]!) || request.path.length > 2) return;
    const at = this.#clock.now();
    const said = reply.body as { instances?: unknown; instance?: unknown } | undefined;
    const body = said?.instances ?? said?.instance ?? said;
    const records = Array.isArray(body) ? body : [body];
    for (const record of records as Record<string, unknown>[]) {
      if (typeof record?.id !== "string") continue;
      this.#cloud.shown.push({ at, readAt, id: record.id, record: reply.status < 300 ? record : undefined });
    }
    if (reply.status >= 400 && request.path[1]) {
      this.#cloud.shown.push({ at, readAt, id: request.path[1], record: undefined });
    }
  }

  #answer(request: Request): Reply {
    const { method, path: [what, id, more, last], query, body } = request;
    const cloud = this.#cloud;
    if (this.#story.api === "trove") return answerAsTrove(cloud, request);
    if (what === "images") return { status: 200, body: id ? cloud.image : [cloud.image] };
    if (what === "packages") return { status: 200, body: id ? cloud.package : [cloud.package] };
    if (what === "networks") return { status: 200, body: [] };
    if (what !== "machines") return none;
    if (!id) return method === "POST" ? this.#create(body) : this.#list(query);
    const vm = cloud.vms.get(id);
    const action = actionOf(method, more, query);
    if (method !== "GET") cloud.written.push({ at: cloud.now, sentAt: cloud.sentAt, id, action });
    if (!vm || cloud.isForgotten(vm)) return none;
    if (more === "audit") {
      if (!this.#story.audit) return refusal(403, "NotAuthorized", "you may not read audits");
      return {
        status: 200,
        body: vm.audit.map(({ action, time, success }) => ({
          action: AUDITED[action] ?? action,
          success: success ? "yes" : "no",
          time: cloud.time(time),
          caller: { type: "signature", ip: "10.0.0.1" },
        })),
      };
    }
    if (vm.state === "deleted") return { status: 410, body: cloud.record(vm) };
    if (method === "GET") return { status: 200, body: more ? vm.tags : cloud.record(vm) };
    const given = action === "rename"
      ? body.name
      : action === "tag"
      ? body
      : action === "untag"
      ? last
      : query.get("action")?.startsWith("enable");
    const refused = cloud.ask("us", vm, action, given);
    if (refused) return refusal(409, "InvalidArgument", refused.refused);
    return action === "tag"
      ? { status: 200, body: { ...vm.tags, ...body } }
      : { status: action === "delete" || action === "untag" ? 204 : 202 };
  }

  #create(body: Record<string, unknown>): Reply {
    const tags: Record<string, string> = {};
    for (const [key, value] of Object.entries(body)) {
      if (key.startsWith("tag.")) tags[key.slice(4)] = String(value);
    }
    this.#cloud.written.push({ at: this.#cloud.now, sentAt: this.#cloud.sentAt, id: "", action: "create" });
    const vm = this.#cloud.create(String(body.name), tags, "us", JSON.stringify(body));
    if (!vm) return { status: 409, body: { code: "ValidationFailed", message: "the name is taken" } };
    return { status: 201, body: this.#cloud.record(vm) };
  }

  #list(query: URLSearchParams): Reply {
    const fits = (vm: Vm) => {
      if (vm.state === "deleted" || vm.state === "failed") return query.get("tombstone") === "true";
      if (!this.#story.filters) return true;
      for (const [key, value] of query) {
        if (key === "name" && !vm.name.startsWith(value)) return false;
        if (key === "state" && ["running", "stopped"].includes(value) && vm.state !== value) return false;
        if (key.startsWith("tag.") && String(vm.tags[key.slice(4)]) !== value) return false;
      }
      return true;
    };
    const all = [...this.#cloud.vms.values()].filter((vm) => !this.#cloud.isForgotten(vm) && fits(vm));
    const from = Number(query.get("offset") ?? 0), limit = Number(query.get("limit") ?? 1000);
    return {
      status: 200,
      body: all.slice(from, from + limit).map((vm) => this.#cloud.record(vm)),
      headers: { "x-query-limit": String(limit) },
    };
  }

  /** The changefeed, where this datacenter has one. */
  readonly open: OpenSocket = async ({ signal }, listener) => {
    await this.#clock.sleep(this.#chance.whole(1, this.#story.distance), signal);
    if (!this.#story.feed) return { refused: 404 };
    this.#listeners.add(listener);
    this.#cloud.changed = (vm) => this.#push(vm);
    void this.#tick();
    return {
      send() {},
      ping: () => queueMicrotask(() => this.#listeners.has(listener) && listener.pong()),
      close: () => void this.#listeners.delete(listener),
    };
  };

  #ticking = false;
  /** While somebody listens, what is due is done when it is due. */
  async #tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    while (this.#listeners.size > 0) {
      const next = this.#cloud.next ?? this.#clock.now() + 60_000;
      await this.#clock.sleep(Math.min(500, Math.max(1, next - this.#clock.now())));
      this.#cloud.settle(this.#clock.now());
    }
    this.#ticking = false;
  }

  #push(vm: Vm): void {
    if (this.#listeners.size === 0) return;
    const ways = this.#story.feed!;
    const way = ways[this.#pushed++ % ways.length]!;
    const record = this.#cloud.record(vm);
    const readAt = this.#cloud.now;
    const text = JSON.stringify({
      published: String(readAt + 1_000_000 + (this.#story.skew ?? 0)),
      changedResourceId: vm.id,
      changeKind: { resource: "vm", subResources: ["state"] },
      resourceState: BACKEND[vm.state] ?? vm.state,
      ...(way === "bare" ? {} : { resourceObject: record }),
    });
    const tell = () => {
      for (const one of [...this.#listeners]) {
        this.#cloud.shown.push({ at: this.#clock.now(), readAt, id: vm.id, record });
        one.text(text);
      }
    };
    if (way === "lost") return;
    void this.#clock.sleep(way === "late" ? 9_000 : 3).then(tell);
    if (way === "twice") void this.#clock.sleep(4_000).then(tell);
  }
}

const BACKEND: Record<string, string> = { deleted: "destroyed" };
const AUDITED: Record<string, string> = {
  delete: "destroy",
  tag: "set_tags",
  untag: "remove_tags",
  guard: "enable_deletion_protection",
};

function actionOf(method: string, more: string | undefined, query: URLSearchParams): string {
  if (more === "tags") return method === "DELETE" ? "untag" : "tag";
  if (method === "DELETE") return "delete";
  const action = query.get("action") ?? "";
  if (action.endsWith("deletion_protection")) return "guard";
  return action.endsWith("firewall") ? "firewall" : action;
}

function response({ status, body, headers }: Reply): Response {
  const isText = typeof body === "string";
  const bare = body === undefined || status === 204;
  return new Response(bare ? null : isText ? body : JSON.stringify(body), {
    status,
    headers: { ...(bare || isText ? {} : { "content-type": "application/json" }), ...headers },
  });
}
