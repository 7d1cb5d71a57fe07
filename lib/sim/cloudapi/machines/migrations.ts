/**
 * Migrations of machines to other servers: what may be done when, and what comes of it (sdc-cloudapi `lib/migrations.js`,
 * sdc-vmapi `lib/vm-migration/migrate.js`).
 *
 * @module
 */
import { type Call, machineOfCall, type Reply, type Route } from "../protocol/call.ts";
import type { Machine } from "../records/machine.ts";
import type { MigrationRecord } from "../records/migration.ts";
import { invalidArgument, missingParameter, notFound, Problem } from "../protocol/problem.ts";

const ACTIONS = ["begin", "sync", "switch", "automatic", "abort", "pause", "finalize"];
const MESSAGES = {
  begin: "reserving instance",
  sync: "syncing data",
  switch: "switching instances",
  abort: "aborting",
};

const refused = (message: string) => new Problem(412, "PreconditionFailed", message);
const iso = (at: number) => new Date(at).toISOString();

function show(record: MigrationRecord, now: number): Record<string, unknown> {
  const { machine, automatic, created, phase, state, history } = record;
  const last = history.at(-1)?.finished_timestamp;
  return {
    automatic,
    created_timestamp: iso(created),
    phase,
    state,
    // sdc-vmapi adds how long each phase took so far; `triton instance migration get` needs it.
    progress_history: history.map((entry) => ({
      ...entry,
      duration_ms: Date.parse(entry.finished_timestamp ?? iso(now)) - Date.parse(entry.started_timestamp),
    })),
    machine,
    ...(state === "successful" && last !== undefined ? { finished_timestamp: last } : {}),
  };
}

/** Runs one phase: told of at once, and over a while later. */
function run(call: Call, record: MigrationRecord, phase: MigrationRecord["phase"], ended: () => void): void {
  const { agenda, settings } = call.world;
  const entry = {
    type: "progress" as const,
    phase,
    state: "running" as const,
    current_progress: 1,
    total_progress: 100,
    message: MESSAGES[phase],
    started_timestamp: iso(agenda.now),
  };
  record.phase = phase;
  record.state = "running";
  record.history = [...record.history, entry];
  agenda.after(settings.transition.min, () => {
    // Paused meanwhile.
    if (record.state !== "running") return;
    const over = {
      ...entry,
      state: "successful" as const,
      current_progress: 100,
      finished_timestamp: iso(agenda.now),
    };
    record.history = [...record.history.slice(0, -1), over];
    ended();
  });
}

function sync(call: Call, record: MigrationRecord, then: () => void): void {
  run(call, record, "sync", () => {
    record.syncs++;
    record.state = "paused";
    then();
  });
}

function switchOver(call: Call, machine: Machine, record: MigrationRecord): void {
  run(call, record, "switch", () => {
    record.state = "successful";
    const { servers, workshop } = call.world;
    machine.server = servers[(servers.indexOf(machine.server) + 1) % servers.length]!;
    workshop.touch(machine, ["server_uuid"]);
  });
}

/** What may be done now, by the action. */
function check(action: string, record: MigrationRecord | undefined): void {
  if (action === "begin" || action === "automatic") {
    if (record?.state === "successful") {
      throw refused("A previous migration exists for this instance, use migration finalize to complete it.");
    }
    if (record !== undefined) throw refused("An active migration already exists for this instance");
    return;
  }
  if (record === undefined) throw notFound("Migration not found");
  const { state, phase, syncs } = record;
  const settled = state === "paused" || state === "failed";
  if (action === "abort" && !settled) throw refused(`Abort cannot work on a ${state} migration`);
  if (action === "finalize" && state !== "successful") {
    throw refused("Finalize only works on a successful migration");
  }
  if (action === "pause" && (phase !== "sync" || state !== "running")) {
    throw refused("Pause requires a running migration sync action");
  }
  if (action === "sync" && !settled) throw refused(`Cannot sync in migration state: ${state}`);
  if (action === "switch" && !settled) throw refused(`Cannot switch in migration state: ${state}`);
  if (action === "switch" && syncs === 0) {
    throw refused('You must perform at least one "migration sync" operation before switching');
  }
}

function migrate(call: Call): Reply {
  const machine = machineOfCall(call);
  const { migrations, agenda } = call.world;
  const { action } = call.params;
  if (!action) throw missingParameter('"action" must be specified');
  if (!ACTIONS.includes(String(action))) throw invalidArgument(`${action} is not a valid migration action`);
  const known = migrations.get(machine.id);
  check(String(action), known);
  const record = known ?? {
    machine: machine.id,
    automatic: action === "automatic",
    created: agenda.now,
    phase: "begin",
    state: "running",
    syncs: 0,
    history: [],
  };
  call.world.executed(machine, `migrate_${action}`);
  switch (action) {
    case "begin":
    case "automatic":
      migrations.set(machine.id, record);
      run(call, record, "begin", () => {
        record.state = "paused";
        if (record.automatic) sync(call, record, () => switchOver(call, machine, record));
      });
      break;
    case "sync":
      sync(call, record, () => {});
      break;
    case "switch":
      switchOver(call, machine, record);
      break;
    case "pause":
      record.state = "paused";
      break;
    case "abort":
      run(call, record, "abort", () => void migrations.delete(machine.id));
      break;
    case "finalize":
      migrations.delete(machine.id);
      return { status: 204 };
  }
  return { status: 201, body: show(record, call.world.agenda.now) };
}

export const migrationRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account/migrations",
    name: "ListMigrations",
    group: "machines",
    handle: ({ account, world }) => ({
      body: [...world.migrations.values()].filter(({ machine }) => account.machines.get(machine)).map((
        each,
      ) => show(each, world.agenda.now)),
    }),
  },
  {
    method: "GET",
    path: "/:account/migrations/:machine",
    name: "GetMigration",
    group: "machines",
    handle: ({ params, account, world }) => {
      const record = world.migrations.get(String(params.machine));
      if (record === undefined || account.machines.get(record.machine) === undefined) {
        throw notFound("Migration not found");
      }
      return { body: show(record, world.agenda.now) };
    },
  },
  {
    method: "GET",
    path: "/:account/machines/:machine/migrate",
    name: "MigrateMachineEstimate",
    group: "machines",
    // Bytes: what is on its disks.
    handle: (call) => ({ body: { size: machineOfCall(call).pkg.disk * 1024 * 1024 / 4 } }),
  },
  {
    method: "POST",
    path: "/:account/machines/:machine/migrate",
    name: "Migrate",
    group: "machines",
    handle: migrate,
  },
];
