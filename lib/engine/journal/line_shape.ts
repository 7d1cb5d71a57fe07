/**
 * The required shape of each line of a journal.
 *
 * @module
 */
import {
  either,
  fields,
  isoTime,
  json,
  list,
  mapOf,
  numeric,
  oneOf,
  type Shape,
  text,
  whole,
} from "../plan/json_shape.ts";

/** The first line. */
export const headShape: Shape = fields({
  muster: oneOf("journal"),
  version: whole,
  process: text(),
  at: isoTime,
  about: mapOf(json),
  chain: text(),
  members: whole,
  writes: whole,
});

/** A plan, its member and its step. */
const spot: Shape = (value, at) =>
  list(whole)(value, at) ?? ((value as unknown[]).length === 3 ? undefined : `${at} is not three numbers`);

/** A write is about to be sent. */
export const beforeShape: Shape = fields({
  before: spot,
  at: numeric(0),
  state: text(),
  "mark?": either(text(), numeric(-Infinity)),
});

/** A step has ended. */
export const afterShape: Shape = fields({
  after: spot,
  at: numeric(0),
  how: oneOf("accepted", "skipped", "reached", "performed", "refused", "met"),
  id: text(),
});

/** Another process goes on. */
export const resumedShape: Shape = fields({ resumed: numeric(0) });

/** The run has ended. */
export const endShape: Shape = fields({
  ended: numeric(0),
  succeeded: whole,
  skipped: whole,
  failed: whole,
  interrupted: whole,
  "cancelled?": text(),
  "returned?": oneOf(true),
});
