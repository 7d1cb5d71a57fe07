/**
 * Every error muster throws: one class for each cause, all of them {@linkcode MusterError}s.
 *
 * Messages read "Cannot <do what> as <reason>: <the value or fact>", and say what to do next where that is
 * known. The error underneath is in `cause`. No message ever holds a secret.
 *
 * @module
 */
import type { Report } from "./report.ts";

/** The base of every error muster throws on purpose. */
export class MusterError extends Error {
  override readonly name: string = "MusterError";
}

/** A selection is malformed, matched nothing where it had to match, or matched more than one where it must not. */
export class SelectionError extends MusterError {
  override readonly name = "SelectionError";
}

/** More members than consented to would be changed, and nobody was there to ask. Nothing was sent. */
export class ConfirmationRequiredError extends MusterError {
  override readonly name = "ConfirmationRequiredError";
  /** How many members the refused run would have changed. */
  readonly count: number;
  constructor(message: string, count: number, options?: ErrorOptions) {
    super(message, options);
    this.count = count;
  }
}

/** No usable credentials: none found, unreadable, refused, or for nobody the server knows. */
export class CredentialsError extends MusterError {
  override readonly name = "CredentialsError";
}

/** What the server said when it refused. */
export interface ApiErrorFacts {
  /** The HTTP status. */
  status: number;
  /** The API's own code, without an `Error` suffix, such as `ResourceNotFound`; empty when it gave none. */
  code: string;
  /** The server's id of the request, for its operator; undefined when it gave none. */
  requestId?: string | undefined;
  /** `METHOD path`, without query and host. */
  request: string;
  /** Which fields the server complained of. */
  fields?: readonly { field: string; code: string; message: string }[] | undefined;
}

/** The server answered with an error status. */
export class ApiError extends MusterError {
  override readonly name: string = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly request: string;
  readonly fields: readonly { field: string; code: string; message: string }[];
  constructor(message: string, facts: ApiErrorFacts, options?: ErrorOptions) {
    super(message, options);
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.request = facts.request;
    this.fields = facts.fields ?? [];
  }
}

/** The server kept refusing for too many requests, or closed for maintenance, for longer than we may wait. */
export class ThrottledError extends ApiError {
  override readonly name = "ThrottledError";
}

/** The wanted state can no longer be reached from where the member is. */
export class UnreachableStateError extends MusterError {
  override readonly name = "UnreachableStateError";
  /** The states the member was seen in, oldest first. */
  readonly path: readonly string[];
  constructor(message: string, path: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** A wait's time limit passed. */
export class WaitTimeoutError extends MusterError {
  override readonly name = "WaitTimeoutError";
  /** The states the member was seen in, oldest first. */
  readonly path: readonly string[];
  constructor(message: string, path: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/**
 * The network failed.
 *
 * `sent` says what is known of the request: `"no"`, it never left (refused, unknown host), so sending it again
 * is safe; `"unknown"`, it may have been carried out and its answer lost.
 */
export class TransportError extends MusterError {
  override readonly name = "TransportError";
  readonly sent: "no" | "unknown";
  constructor(message: string, sent: "no" | "unknown", options?: ErrorOptions) {
    super(message, options);
    this.sent = sent;
  }
}

/** A command or file transfer over SSH failed on one member. */
export class SshError extends MusterError {
  override readonly name = "SshError";
  /** The command's exit code, where one was received. */
  readonly exitCode: number | undefined;
  constructor(message: string, exitCode?: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A task, or what it was given, is wrong. */
export class TaskError extends MusterError {
  override readonly name = "TaskError";
}

/** A journal or a saved plan cannot be written, read, or taken up again. */
export class JournalError extends MusterError {
  override readonly name = "JournalError";
}

/** At least one member of a run failed. `report` has every member's fate; `errors` the failed ones' causes. */
export class ChainError extends AggregateError {
  override readonly name = "ChainError";
  readonly report: Report;
  constructor(message: string, errors: Iterable<unknown>, report: Report) {
    super(errors, message);
    this.report = report;
  }
}
