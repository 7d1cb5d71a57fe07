/**
 * Saves plans in a file, to be checked and then applied.
 *
 * @module
 */
import { visibleJson } from "../../engine/text/visible.ts";
import { JournalError } from "../../engine/errors.ts";
import type { Plan } from "../../engine/plan/plan.ts";
import { lostSteps, plansHoldSecrets, type SavedPlan, savePlan } from "../../engine/plan/saved/saved_plan.ts";
import { concealedJson } from "../../engine/text/secrets.ts";
import { doubled, plansShape } from "../../engine/plan/saved/saved_shape.ts";
import {
  fields,
  isoTime,
  json,
  mapOf,
  oneOf,
  saysOnly,
  someText,
  text,
} from "../../engine/plan/json_shape.ts";
import type { Io } from "../io.ts";
import type { CommandFacts } from "./run_journal.ts";

/** The version of the format. Version 1 had no digest. */
const VERSION = 2;

/** The required shape of a file of plans. */
const FILE = fields({
  muster: oneOf("plan"),
  version: oneOf(VERSION),
  about: fields({
    task: text(/^[^\p{Cc}]{1,1000}$/u),
    "source?": someText,
    "args?": mapOf(json),
    "at?": isoTime,
  }),
  plans: plansShape,
  digest: text(/^sha256:[0-9a-f]{64}$/),
});

/**
 * A digest over everything in the file, so that an edit shows. It does not protect against somebody who writes a new
 * digest.
 */
async function digestOf(content: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Writes plans to a file.
 *
 * @throws {JournalError} when a step cannot be saved, or the file cannot be written.
 */
export async function saveTo(
  path: string,
  plans: readonly Plan[],
  about: CommandFacts,
  io: Io,
): Promise<void> {
  const saved = plans.map(savePlan);
  const lost = saved.flatMap(lostSteps);
  if (plans.length === 0) {
    throw new JournalError("Cannot save the plan: there is none, because the task runs no chain.");
  }
  if (lost.length > 0) {
    throw new JournalError(
      `Cannot save the plan: not all of it can be written: ${lost.join("; ")}`,
    );
  }
  if (plansHoldSecrets(plans)) {
    throw new JournalError(
      "Cannot save the plan: a secret is part of the selection, or of a member's name or tags.",
    );
  }
  // As it will be read: without what JSON leaves out.
  const content = JSON.parse(
    JSON.stringify({
      muster: "plan",
      version: VERSION,
      about: JSON.parse(concealedJson(about)),
      plans: saved,
    }),
  );
  const file = { ...content, digest: await digestOf(content) };
  const why = FILE(file, "it") ?? doubled(saved, "plans");
  if (why !== undefined) {
    throw new JournalError(`Cannot save the plan: it could not be applied: ${why}`);
  }
  try {
    await Deno.writeTextFile(path, `${visibleJson(file, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new JournalError(`Cannot save the plan: ${(error as Error).message}: ${path}`, {
      cause: error,
    });
  }
  io.err(`muster: the plan is saved; muster apply ${path} does exactly this\n`);
}

/**
 * Reads plans from a file.
 *
 * @throws {JournalError} when it is not a plan of this version of muster.
 */
export async function readPlans(path: string): Promise<{ about: CommandFacts; plans: SavedPlan[] }> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "the file does not exist"
      : error instanceof Deno.errors.IsADirectory || /is a directory/i.test((error as Error).message)
      ? "it is a folder"
      : (error as Error).message;
    throw new JournalError(`Cannot read the plan: ${reason}: ${path}`, { cause: error });
  }
  const refuse = (why: string): never => {
    throw new JournalError(`Cannot read the plan: ${why}: ${path}. Make it again.`);
  };
  let file: { about: CommandFacts; plans: SavedPlan[]; digest: string; version?: unknown; muster?: unknown };
  try {
    file = JSON.parse(text);
  } catch {
    return refuse("it is incomplete, or was not written by muster plan --save");
  }
  if (file?.muster !== "plan") refuse("it was not written by muster plan --save");
  if (file.version !== VERSION) refuse("it was written by another version of muster");
  const why = FILE(file, "it");
  if (why !== undefined) refuse(`it was changed by hand: ${why.replace(/^it\./, "")}`);
  if (!saysOnly(text, file)) {
    refuse("it was changed by hand: a field appears twice, or is not written as muster writes it");
  }
  const { digest, ...content } = file;
  if (digest !== await digestOf(content)) refuse("it was changed by hand: its content is not what was saved");
  const twice = doubled(file.plans, "plans");
  if (twice !== undefined) refuse(`it was changed by hand: ${twice}`);
  return { about: file.about, plans: file.plans };
}
