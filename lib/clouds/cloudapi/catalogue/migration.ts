/**
 * Migrations of machines to other servers, described for the chain engine. Wire facts: sdc-cloudapi `lib/migrations.js`, since
 * 9.6; what may be done when: sdc-vmapi `lib/vm-migration/migrate.js`.
 *
 * @module
 */
import { describe } from "../../../api/describe.ts";
import type { ActionsOf, Acts, AsDocumented } from "../../../api/documented.ts";
import { type ApiRequest, type Definition, lazily } from "../../../engine/mod.ts";
import { machinePath } from "../machine_path.ts";
import { listIn } from "./find_in_list.ts";

/**
 * What a migration has come to in one of its phases.
 *
 * @example
 * ```ts
 * import { dc, type MigrationPhase } from "@muster/muster";
 *
 * const history: MigrationPhase[] = (await dc("sim").migrations()).flatMap((one) => one.progress_history);
 * console.log(history.map(({ phase, state, message }) => `${phase} ${state}: ${message}`));
 * ```
 */
export interface MigrationPhase {
  /** `begin`, `sync`, `switch` or `abort`. */
  phase: string;
  /** `running`, `successful` or `failed`. */
  state: string;
  /** How far it is, of `total_progress`; bytes while it is synchronized. */
  current_progress?: number;
  /** How far it can be. */
  total_progress?: number;
  /** What is done. */
  message?: string;
  /** What went wrong. */
  error?: string;
  /** ISO 8601, UTC. */
  started_timestamp?: string;
  /** ISO 8601, UTC. */
  finished_timestamp?: string;
}

/**
 * A migration of a machine to another server.
 *
 * @example
 * ```ts
 * import { dc, type Migration } from "@muster/muster";
 *
 * const migrations: Migration[] = await dc("sim").migrations();
 * console.log(migrations.map(({ machine, phase, state }) => `${machine}: ${phase} ${state}`));
 * ```
 */
export interface Migration {
  /** The machine, by UUID: it has one migration at most. */
  machine: string;
  /** Whether its phases follow one another by themselves. */
  automatic: boolean;
  /** `begin`, `sync`, `switch` or `abort`. */
  phase: string;
  /** Where it is. */
  state: MigrationState;
  /** What it has come to, phase by phase. */
  progress_history: MigrationPhase[];
  /** Why it failed. */
  error?: string;
  /** ISO 8601, UTC. */
  created_timestamp: string;
  /** ISO 8601, UTC; once it is over. */
  finished_timestamp?: string;
}

/**
 * Where a migration can be. `gone` is muster's word for one that was finalized or aborted.
 *
 * @example
 * ```ts
 * import { dc, type MigrationState } from "@muster/muster";
 *
 * const open: MigrationState[] = ["running", "paused"];
 * console.log(dc("sim").migrations().where({ state: open }));
 * ```
 */
export type MigrationState = "running" | "paused" | "failed" | "successful" | "aborted" | "gone";

const act = (id: string, action: string): ApiRequest => ({
  method: "POST",
  path: machinePath(id, "/migrate"),
  body: { action },
});
const path = (id: string) => `/migrations/${encodeURIComponent(id)}`;

const isSynced = ({ progress_history = [] }: Migration) =>
  progress_history.some(({ phase, state }) => phase === "sync" && state === "successful");

const description = lazily(() =>
  describe({
    kind: "migration",
    states: ["running", "paused", "failed", "successful", "aborted", "gone"],
    drift: { running: ["paused", "failed", "successful", "aborted", "gone"] },
    failures: ["failed", "aborted"],
    fields: {
      machine: "text",
      automatic: "flag",
      phase: "text",
      state: "state",
      progress_history: "objects",
      error: "text",
      created_timestamp: "text",
      finished_timestamp: "text",
    },
    columns: ["machine", "phase", "state", "automatic", "created_timestamp"],
    state: (migration: Migration) => migration.state,
    id: (migration) => migration.machine,
    name: (migration) => migration.machine,
    fault: (migration) => migration.error,
    complete(migration) {
      if (!Array.isArray(migration.progress_history)) migration.progress_history = [];
    },
    gone: { state: "gone", statuses: [404], codes: ["ResourceNotFound"] },
    list: {
      pageSize: Infinity,
      async *pages(endpoint, _query, { priority, signal, on }) {
        const request: ApiRequest = { method: "GET", path: "/migrations", priority };
        yield listIn<Migration>("migrations", (await endpoint.send(request, { signal, on })).body);
      },
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => body as Migration,
    // A machine of many gigabytes takes its time.
    timeout: 3_600_000,
    actions: {
      /** Copies what has changed since the last time to the new server, while the machine runs. */
      sync: {
        from: ["paused", "failed"],
        enters: "running",
        always: true,
        changes: ["phase", "progress_history", "error", "finished_timestamp"],
        obstacle: ({ record }) => record.phase === "switch" ? "it was being switched" : undefined,
        request: ({ id }) => act(id, "sync"),
      },
      /** Stops the machine, copies the rest, and starts it on the new server. */
      switch: {
        from: ["paused", "failed"],
        enters: "running",
        always: true,
        changes: ["phase", "progress_history", "error", "finished_timestamp"],
        obstacle: ({ record }) =>
          isSynced(record) ? undefined : "it was not synchronized yet. Call sync() first",
        request: ({ id }) => act(id, "switch"),
      },
      /** Holds the copying, to go on later. */
      pause: {
        from: ["running"],
        enters: "paused",
        changes: ["phase", "progress_history"],
        obstacle: ({ record }) => record.phase === "sync" ? undefined : `it is in its phase ${record.phase}`,
        request: ({ id }) => act(id, "pause"),
      },
      /** Gives it up: what was copied is deleted, and the machine stays where it is. */
      abort: {
        from: ["paused", "failed"],
        enters: "gone",
        via: ["running"],
        changes: ["phase", "progress_history"],
        request: ({ id }) => act(id, "abort"),
      },
      /** Deletes what is left of the machine on the old server: there is no way back after it. */
      finalize: {
        from: ["successful"],
        enters: "gone",
        destructive: true,
        repeatable: true,
        request: ({ id }) => act(id, "finalize"),
      },
    },
  }, { checked: true })
);

/**
 * The actions of migrations: each is a method of their selections and chains.
 *
 * @example
 * ```ts
 * import { dc, type MigrationActions } from "@muster/muster";
 *
 * const prepared = dc("sim").migrations().where({ state: "paused" });
 * console.log(prepared.sync().waitUntil("paused").switch().waitUntil("successful").finalize(), prepared.abort());
 * console.log(dc("sim").migrations().where({ state: "running" }).pause());
 * const action: keyof MigrationActions = "sync";
 * console.log(action);
 * ```
 */
export interface MigrationActions {
  /** Copies what has changed since the last time to the new server, while the machine runs. */
  sync(): Acts<"paused" | "failed", "running">;
  /** Stops the machine, copies the rest, and starts it on the new server. */
  switch(): Acts<"paused" | "failed", "running">;
  /** Holds the copying, to go on later. */
  pause(): Acts<"running", "paused">;
  /** Gives it up: what was copied is deleted, and the machine stays where it is. */
  abort(): Acts<"paused" | "failed", "gone">;
  /** Deletes what is left of the machine on the old server: there is no way back after it. */
  finalize(): Acts<"successful", "gone">;
}

/**
 * The migration resource.
 *
 * @example
 * ```ts
 * import { dc, type Migrations, type Selection } from "@muster/muster";
 *
 * const done: Selection<Migrations> = dc("sim").migrations().where({ state: "successful" });
 * console.log(done.finalize());
 * ```
 */
export interface Migrations extends
  Definition<
    "migration",
    Migration,
    readonly ["running", "paused", "failed", "successful", "aborted", "gone"],
    { readonly running: readonly ["paused", "failed", "successful", "aborted", "gone"] },
    ActionsOf<Migration, MigrationState, MigrationActions>,
    Record<never, never>,
    Record<never, never>,
    never,
    Record<never, never>
  > {}
/** Migrations, described. */
export const migration: () => Migrations = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  Migrations
>;
