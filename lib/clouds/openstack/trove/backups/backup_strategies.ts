/**
 * Backup strategies: where the backups of a project, or of one instance, are stored.
 *
 * @module
 */
import { SelectionError } from "../../../../engine/errors.ts";
import { Group } from "../group.ts";
import type { TroveRef } from "../reference.ts";

/**
 * Where backups are stored.
 *
 * @example
 * ```ts
 * import { type BackupStrategy, dbaas } from "@muster/muster";
 *
 * const made: BackupStrategy = await dbaas("sim").backupStrategies.create({ container: "nightly" });
 * console.log(made.project_id, made.backend, made.swift_container);
 * ```
 */
export interface BackupStrategy {
  /** The project's id. */
  project_id: string;
  /** Empty for the whole project. */
  instance_id: string;
  /** `swift`. */
  backend: string;
  /** The container in object storage. */
  swift_container: string;
}

/**
 * The owner of a strategy.
 *
 * @example
 * ```ts
 * import { dbaas, type StrategyOf } from "@muster/muster";
 *
 * const billing: StrategyOf = { instance: "prod-billing" };
 * console.log((await dbaas("sim").backupStrategies.list(billing)).length);
 * ```
 */
export interface StrategyOf {
  /** An instance: its id, name or record. Default: the whole project. */
  instance?: TroveRef;
  /** Another project's id; for administrators. */
  project?: string;
}

/**
 * The backup strategies of a database service.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const { backupStrategies } = dbaas("sim");
 * await backupStrategies.create({ container: "billing", instance: "prod-billing" });
 * console.log(await backupStrategies.list({ instance: "prod-billing" }));
 * await backupStrategies.delete({ instance: "prod-billing" });
 * ```
 */
export class BackupStrategies extends Group {
  /**
   * The strategies of the project, or of one instance.
   *
   * @param whose The project or the instance. Default: the project.
   */
  async list(whose: StrategyOf = {}): Promise<BackupStrategy[]> {
    return await this.read<BackupStrategy[]>(
      "/backup_strategies",
      "backup_strategies",
      await this.#query(whose),
    );
  }

  /**
   * Sets where backups are stored. It replaces an earlier strategy of the same instance, or of the project.
   *
   * @param spec The container in object storage, and the instance. Default: the whole project.
   */
  async create(spec: { container: string; instance?: TroveRef }): Promise<BackupStrategy> {
    const { container: _, ...whose } = spec;
    checkWhose(whose);
    const instance_id = spec.instance === undefined ? undefined : await this.id("instance", spec.instance);
    const { body } = await this.ask("POST", "/backup_strategies", {
      body: { backup_strategy: { instance_id, swift_container: spec.container } },
      idempotent: true,
    });
    return (body as { backup_strategy: BackupStrategy }).backup_strategy;
  }

  /**
   * Removes a strategy.
   *
   * @param whose The project or the instance. Default: the project.
   */
  async delete(whose: StrategyOf = {}): Promise<void> {
    const query = await this.#query(whose);
    await this.removeListed("/backup_strategies", query, async () => {
      const instance = query.instance_id ?? "";
      return !(await this.list(whose)).some((one) => (one.instance_id ?? "") === instance);
    });
  }

  async #query(whose: StrategyOf): Promise<Record<string, string>> {
    checkWhose(whose);
    const { instance, project } = whose;
    return {
      ...(instance === undefined ? {} : { instance_id: await this.id("instance", instance) }),
      ...(project === undefined ? {} : { project_id: project }),
    };
  }
}

/** Refuses values that would mean the whole project by mistake: a variable that was never set, a misspelt key. */
function checkWhose(whose: StrategyOf): void {
  for (const [key, value] of Object.entries(whose)) {
    if (key !== "instance" && key !== "project") {
      throw new SelectionError(
        `Cannot tell whose backup strategy is meant: the option ${key} does not exist. Use instance or project.`,
      );
    }
    if (value === undefined || value === null || value === "") {
      throw new SelectionError(
        `Cannot tell whose backup strategy is meant: the ${key} is ${
          value === "" ? "empty" : value
        }. Leave it out ` +
          `if you mean the whole project.`,
      );
    }
  }
}
