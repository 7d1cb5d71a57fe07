/**
 * Why members failed: equal causes together, each with advice.
 *
 * @module
 */
import { ApiError, CredentialsError, ThrottledError, TransportError } from "../../engine/errors.ts";
import type { MemberReport } from "../../engine/run/report/report_facts.ts";

/** One cause of failures. */
export interface Cause {
  /** The message of the first such member. */
  readonly text: string;
  /** What to do; empty if the message says it or nothing is known. */
  readonly advice: string;
  readonly members: readonly MemberReport[];
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

/** A message without the parts that differ from member to member. */
function keyOf(member: MemberReport): string {
  let key = `${member.error?.name ?? ""} ${member.why}`;
  for (const own of [member.id, member.name]) if (own) key = key.replaceAll(own, "…");
  return key.replace(UUID, "…");
}

/** The causes of the failures, the most frequent first. */
export function causesOf(failed: readonly MemberReport[]): Cause[] {
  const groups = new Map<string, MemberReport[]>();
  for (const member of failed) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length).map((members) => ({
    text: members[0]!.why || "no reason is known",
    advice: adviceOn(members[0]!.error),
    members,
  }));
}

/** What to do about an error, if its class or status shows it. */
export function adviceOn(error: Error | undefined): string {
  if (error instanceof ThrottledError) return "run again later, or with a lower concurrency";
  if (error instanceof CredentialsError) return "check the profile and its key";
  if (error instanceof TransportError) {
    return error.sent === "no"
      ? "check the network, then run again"
      : "check it before you run again: it may have been done";
  }
  if (error instanceof ApiError) {
    const { status } = error;
    if (status === 401) return "check the account, the key and the clock";
    if (status === 403) return "ask for the role that allows it";
    if (status === 404 || status === 410) return "it is gone, or never existed: list again";
    if (status === 409) return "check its state; run again when it is stable";
    if (status >= 500) {
      return error.requestId
        ? `tell the operator the request id ${error.requestId}, or run again`
        : "run again; if it fails again, tell the operator";
    }
  }
  return "";
}
