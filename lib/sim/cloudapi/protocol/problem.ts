/**
 * Refusals in CloudAPI's form: a status, and a JSON body with code and message.
 *
 * @module
 */

/** One field that the backend refuses. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** Thrown to refuse a request; the server turns it into the answer. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  /** Undefined for answers of plain errors, whose body has only a message. */
  readonly code: string | undefined;
  readonly fields: readonly FieldProblem[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string | undefined,
    message: string,
    more: { fields?: readonly FieldProblem[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = more.fields;
    this.headers = more.headers ?? {};
  }

  /** The body as it is sent. */
  get body(): Record<string, unknown> {
    return {
      ...(this.code === undefined ? {} : { code: this.code }),
      message: this.message,
      ...(this.fields === undefined ? {} : { errors: this.fields }),
    };
  }
}

/** 409: a parameter is invalid. */
export const invalidArgument = (message: string): Problem => new Problem(409, "InvalidArgument", message);
/** 409: a parameter is missing. */
export const missingParameter = (message: string): Problem => new Problem(409, "MissingParameter", message);
/** 404. */
export const notFound = (message: string): Problem => new Problem(404, "ResourceNotFound", message);
/** 401. */
export const badCredentials = (message: string): Problem => new Problem(401, "InvalidCredentials", message);
/** 403. */
export const notAuthorized = (message: string): Problem => new Problem(403, "NotAuthorized", message);
/** 400 for a header. */
export const invalidHeader = (message: string): Problem => new Problem(400, "InvalidHeader", message);
/** 500 with only a message: the answer for an uncaught plain error of the server. */
export const plainError = (message: string): Problem => new Problem(500, undefined, message);
/** 409 of the machine backend, with the refused fields. */
export const validationFailed = (message: string, ...fields: FieldProblem[]): Problem =>
  new Problem(409, "ValidationFailed", message, { fields });
/** 409: the machine's state does not allow this. */
export const invalidState = (message: string): Problem => new Problem(409, "InvalidState", message);
