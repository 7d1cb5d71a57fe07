/**
 * Every error that muster throws: one class for each cause, all of them {@linkcode MusterError}s.
 *
 * Messages read `Cannot <do what>: <reason, with the fact>. <What to do.>` The original error is in `cause`.
 * No message contains a secret.
 *
 * @module
 */
import { oneLine, tame } from "./text/visible.ts";

/**
 * The base of every error that muster throws on purpose.
 *
 * @example
 * ```ts
 * import { dc, MusterError } from "@muster/muster";
 *
 * const error = await dc("sim").machine("nobody").stop().run().catch((error) => error);
 * if (error instanceof MusterError) console.log(error.name, error.message);
 * ```
 */
export class MusterError extends Error {
  /** The class's name. It is the same when several copies of muster are loaded. */
  override readonly name: string = "MusterError";
  /**
   * Makes an error.
   *
   * @param message The text for a person. It may quote a server: control characters and line breaks in it are escaped,
   * and known secrets are left out.
   * @param options `cause`: the original error; `lines`: further lines of the message, each shown indented.
   */
  constructor(message: string, options?: ErrorOptions & { readonly lines?: readonly string[] }) {
    const lines = (options?.lines ?? []).map((line) => `\n  ${oneLine(line)}`).join("");
    super(
      oneLine(message) + lines,
      options && "cause" in options ? { cause: tame(options.cause) } : undefined,
    );
  }
}

/**
 * A selection is malformed, matched nothing, or matched more than one member where exactly one is needed.
 *
 * @example
 * ```ts
 * import { dc, SelectionError } from "@muster/muster";
 *
 * const empty = dc("sim").machines({ type: "none" }).expect(3).stop();
 * const error = await empty.run().catch((error) => error);
 * console.log(error instanceof SelectionError, error.message); // nothing was sent
 * ```
 */
export class SelectionError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "SelectionError";
}

/**
 * The run would change more members than was consented to, and nobody could be asked. Nothing was sent.
 *
 * @example
 * ```ts
 * import { ConfirmationRequiredError, dc } from "@muster/muster";
 *
 * const error = await dc("sim").machines({ type: "test" }).delete().run().catch((error) => error);
 * if (error instanceof ConfirmationRequiredError) console.log(error.count, "need a .max() or .expect()");
 * ```
 */
export class ConfirmationRequiredError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "ConfirmationRequiredError";
  /** How many members the refused run would have changed. */
  readonly count: number;
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param count How many members.
   * @param options `cause`: the original error.
   */
  constructor(message: string, count: number, options?: ErrorOptions) {
    super(message, options);
    this.count = count;
  }
}

/**
 * No usable credentials: none was found, they cannot be read, the server refused them or does not know the account.
 *
 * @example
 * ```ts
 * import { CredentialsError, dbaas } from "@muster/muster";
 *
 * const stranger = dbaas({ name: "sim", username: "demo", password: "not this one" });
 * const error = await stranger.instances().count().catch((error) => error);
 * console.log(error instanceof CredentialsError, error.message);
 * ```
 */
export class CredentialsError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "CredentialsError";
}

/**
 * The facts of a server's refusal.
 *
 * @example
 * ```ts
 * import { ApiError, type ApiErrorFacts } from "@muster/muster";
 *
 * const facts: ApiErrorFacts = { status: 404, code: "ResourceNotFound", request: "GET /my/machines/x" };
 * console.log(new ApiError("Cannot read the machine: it does not exist.", facts).status);
 * ```
 */
export interface ApiErrorFacts {
  /** The HTTP status. */
  status: number;
  /** The API's own code, without an `Error` suffix, such as `ResourceNotFound`; empty if the server gave none. */
  code: string;
  /** The server's id of the request, for its operator; undefined if the server gave none. */
  requestId?: string | undefined;
  /** `METHOD path`, without query and host. */
  request: string;
  /** The fields that the server complained about. */
  fields?: readonly { field: string; code: string; message: string }[] | undefined;
}

/**
 * The server answered with an error status.
 *
 * @example
 * ```ts
 * import { ApiError, dc } from "@muster/muster";
 *
 * const error = await dc("sim").request("GET", "/packages/none").catch((error) => error);
 * if (error instanceof ApiError) console.log(error.status, error.code, error.request, error.requestId);
 * ```
 */
export class ApiError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name: string = "ApiError";
  /** The HTTP status. */
  readonly status: number;
  /** The API's own code, without an `Error` suffix, such as `ResourceNotFound`; empty if the server gave none. */
  readonly code: string;
  /** The server's id of the request, for its operator; undefined if the server gave none. */
  readonly requestId: string | undefined;
  /** `METHOD path`, without query and host. */
  readonly request: string;
  /** The fields that the server complained about; usually empty. */
  readonly fields: readonly { field: string; code: string; message: string }[];
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param facts The facts of the refusal.
   * @param options `cause`: the original error.
   */
  constructor(message: string, facts: ApiErrorFacts, options?: ErrorOptions) {
    super(message, options);
    this.status = facts.status;
    // Scripts print this as well, so it is escaped.
    this.code = oneLine(facts.code);
    this.requestId = facts.requestId === undefined ? undefined : oneLine(facts.requestId);
    this.request = oneLine(facts.request);
    this.fields = (facts.fields ?? []).map(({ field, code, message }) => ({
      field: oneLine(field),
      code: oneLine(code),
      message: oneLine(message),
    }));
  }
}

/**
 * The server refused requests because there were too many, or because of maintenance, for longer than we may wait.
 *
 * @example
 * ```ts
 * import { dc, ThrottledError } from "@muster/muster";
 *
 * // Requests over the limit are sent again by themselves; this is what is left when it never ends.
 * const report = await dc("sim").machines({ type: "web" }).stop().run({ throwOnError: false });
 * const throttled = report.failed.filter((member) => member.error instanceof ThrottledError);
 * console.log(throttled.map((member) => member.name));
 * ```
 */
export class ThrottledError extends ApiError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "ThrottledError";
}

/**
 * The member can no longer reach the wanted state.
 *
 * @example
 * ```ts
 * import { dc, UnreachableStateError } from "@muster/muster";
 *
 * const chain = dc("sim").machine("never-came-up").waitUntil("running");
 * const { failed } = await chain.run({ throwOnError: false });
 * const { error } = failed[0]!;
 * if (error instanceof UnreachableStateError) console.log(error.path); // failed at once, without waiting
 * ```
 */
export class UnreachableStateError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "UnreachableStateError";
  /** The states that the member was seen in, oldest first. */
  readonly path: readonly string[];
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param path The states that the member was seen in, oldest first.
   * @param options `cause`: the original error.
   */
  constructor(message: string, path: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.path = path.map(oneLine);
  }
}

/**
 * The time limit of a wait passed.
 *
 * @example
 * ```ts
 * import { dc, WaitTimeoutError } from "@muster/muster";
 *
 * const chain = dc("sim").machine("bastion").stop().waitUntil("stopped", { timeout: "10ms" });
 * const { failed } = await chain.run({ throwOnError: false });
 * const { error } = failed[0]!;
 * if (error instanceof WaitTimeoutError) console.log(error.path, error.message);
 * ```
 */
export class WaitTimeoutError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "WaitTimeoutError";
  /** The states that the member was seen in, oldest first. */
  readonly path: readonly string[];
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param path The states that the member was seen in, oldest first.
   * @param options `cause`: the original error.
   */
  constructor(message: string, path: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.path = path.map(oneLine);
  }
}

/**
 * The network failed.
 *
 * `sent` says what is known about the request. `"no"`: it never left (connection refused, unknown host), so it is safe
 * to send it again. `"unknown"`: it may have been carried out, and its answer was lost.
 *
 * @example
 * ```ts
 * import { dc, TransportError } from "@muster/muster";
 *
 * const sign = () => Promise.resolve(new Uint8Array(64));
 * const signer = { keyId: "/me/keys/de:ad", algorithm: "ed25519-sha512", sign };
 * const broken = () => Promise.reject(new TypeError("connection reset"));
 * const east = dc({ url: "https://cloudapi.example.com", signer, fetch: broken });
 * const error = await east.request("POST", "/machines", { body: {} }).catch((error) => error);
 * if (error instanceof TransportError) console.log(error.sent); // "unknown": look before repeating it
 * ```
 */
export class TransportError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "TransportError";
  /** Whether the request may have been carried out. `"no"`: it never left. `"unknown"`: its answer was lost. */
  readonly sent: "no" | "unknown";
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param sent `"no"` or `"unknown"`; see {@linkcode TransportError.sent}.
   * @param options `cause`: the original error.
   */
  constructor(message: string, sent: "no" | "unknown", options?: ErrorOptions) {
    super(message, options);
    this.sent = sent;
  }
}

/**
 * A command or file transfer over SSH failed on one member.
 *
 * @example
 * ```ts
 * import { dc, type Machine, SshError } from "@muster/muster";
 *
 * const inner = (machine: Machine) => machine.ips.find((ip) => ip.startsWith("10.99."));
 * const chain = dc("sim").machines({ type: "jump" }).ssh("uptime", { address: inner });
 * const { failed } = await chain.run({ throwOnError: false });
 * const error = failed[0]?.error;
 * if (error instanceof SshError) console.log(error.exitCode, error.message); // never got as far as a command
 * ```
 */
export class SshError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "SshError";
  /** The command's exit code, if one was received. */
  readonly exitCode: number | undefined;
  /**
   * `"unknown"` if the command was started and the connection was lost, so that nobody knows how far it got; else
   * `"no"`.
   */
  readonly sent: "no" | "unknown";
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param exitCode The command's exit code; undefined if none was received.
   * @param options `cause`: the original error; `sent`: see {@linkcode SshError.sent}, default `"no"`.
   */
  constructor(message: string, exitCode?: number, options?: ErrorOptions & { sent?: "no" | "unknown" }) {
    super(message, options);
    this.exitCode = exitCode;
    this.sent = options?.sent ?? "no";
  }
}

/**
 * A task, or an argument given to it, is wrong.
 *
 * @example
 * ```ts
 * import { dc, task, TaskError } from "@muster/muster";
 *
 * const cull = task({
 *   description: "Stop every machine with a tag",
 *   args: { type: { type: "string", required: true } },
 *   run: ({ type }) => dc("sim").machines({ type }).stop(),
 * });
 * try {
 *   await cull({ type: 3 as unknown as string });
 * } catch (error) {
 *   console.log(error instanceof TaskError, String(error));
 * }
 * ```
 */
export class TaskError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "TaskError";
}

/**
 * A journal or a saved plan cannot be written, read or resumed.
 *
 * @example
 * ```ts
 * import { JournalError, resume } from "@muster/muster";
 *
 * const error = await resume("nightly.jsonl").catch((error) => error);
 * if (error instanceof JournalError) console.log(error.message); // there is no such journal
 * ```
 */
export class JournalError extends MusterError {
  /** The name of the class, as a stack trace shows it. */
  override readonly name = "JournalError";
}
