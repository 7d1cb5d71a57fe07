/**
 * Beginning migrations of machines, as steps.
 *
 * @module
 */
import {
  type Duration,
  milliseconds,
  MusterError,
  type Performance,
  type PerformContext,
  pollUntil,
  sendChecked,
  showDuration,
  WaitTimeoutError,
} from "../../../../engine/mod.ts";
import type { Migration } from "../../catalogue/migration.ts";
import { machinePath } from "../../machine_path.ts";
import type { Machine } from "../../machine_record.ts";

/**
 * How a machine is migrated.
 *
 * @example
 * ```ts
 * import { dc, type MigrateOptions } from "@muster/muster";
 *
 * const patient: MigrateOptions = { timeout: "3h" };
 * console.log(dc("sim").machines({ type: "web" }).migrate(patient));
 * ```
 */
export interface MigrateOptions {
  /** Where to go, relative to others: `"instance!=db-1"`. Servers of today take no notice of it. */
  readonly affinity?: readonly string[];
  /** How long the step waits. Default 1 hour. */
  readonly timeout?: Duration;
}

const LIMIT = 3_600_000;

type Context = PerformContext<Machine>;

async function migrationOf({ send, member }: Context): Promise<Migration | undefined> {
  const path = `/migrations/${encodeURIComponent(member.id)}`;
  const { status, body } = await send({ method: "GET", path, accept: [404], priority: "poll" });
  return status === 404 ? undefined : body as Migration;
}

/** Begins a migration, and waits until it has come to one of these states. */
async function begin(
  context: Context,
  action: "begin" | "automatic",
  until: Migration["state"],
  { affinity }: MigrateOptions,
  limit: number,
): Promise<Migration> {
  const { member, doubt, clock, signal } = context;
  const there = await migrationOf(context);
  if (there && !doubt) {
    throw new MusterError(
      `Cannot migrate ${member.name}: it has a migration already, which is ${there.state} in its phase ${there.phase}. ` +
        `${there.state === "successful" ? "Finalize" : "Go on with"} that one: dc(…).migrations().`,
    );
  }
  if (!there) {
    const body = { action, ...affinity === undefined ? {} : { affinity } };
    // A machine has one migration at most: a second beginning is refused.
    await sendChecked(context, { method: "POST", path: machinePath(member.id, "/migrate"), body }, {
      what: `migrate ${member.name}`,
      took: () => migrationOf(context),
      repeatable: true,
    });
  }
  const seen = await pollUntil({ clock, signal, within: limit }, async () => {
    const now = await migrationOf(context);
    if (now === undefined || now.state === "failed" || now.state === "aborted") {
      throw new MusterError(
        `Cannot migrate ${member.name}: ${
          now === undefined
            ? "its migration was given up"
            : `its migration ${now.state}${now.error ? `: ${now.error}` : ""}`
        }.`,
      );
    }
    return now.state === until ? now : undefined;
  });
  if (seen) return seen;
  throw new WaitTimeoutError(
    `Cannot wait for the migration of ${member.name} any longer: the limit of ${
      showDuration(limit)
    } passed. ` +
      "It goes on: dc(…).migrations() shows it.",
    [],
  );
}

/** The steps that begin migrations. */
export const migrateSteps = {
  /**
   * Moves the machine to another server, and waits until it is there. It is stopped only for the last part. What is left on the
   * old server stays until `dc(…).migrations().finalize()`.
   */
  migrate(options: MigrateOptions = {}): Performance<Machine> {
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      name: "migrate",
      label: "migrate()",
      changes: ["compute_node", "nics", "dns_names"],
      perform: (context) => begin(context, "automatic", "successful", options, limit),
    };
  },
  /** Prepares a migration step by step: reserves room on another server, and waits until it is there. */
  beginMigration(options: MigrateOptions = {}): Performance<Machine> {
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      name: "beginMigration",
      label: "beginMigration()",
      perform: (context) => begin(context, "begin", "paused", options, limit),
    };
  },
};
