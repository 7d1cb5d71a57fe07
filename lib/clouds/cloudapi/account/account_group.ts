/**
 * What the groups of methods of a datacenter have in common.
 *
 * @module
 */
import { ApiError, type ApiRequest, DoubtfulError, type Endpoint, sendChecked } from "../../../engine/mod.ts";
import { listIn } from "../catalogue/find_in_list.ts";

/**
 * A group of methods on one kind of thing. Sends nothing until one of them is called.
 *
 * @internal
 */
export abstract class AccountGroup {
  readonly #endpoint: () => Promise<Endpoint>;

  /** Use the datacenter's own. */
  constructor(endpoint: () => Promise<Endpoint>) {
    this.#endpoint = endpoint;
  }

  /** What requests are sent with. */
  protected endpoint(): Promise<Endpoint> {
    return this.#endpoint();
  }

  /** A list that the server gives whole. */
  protected async listAt<T>(path: string): Promise<T[]> {
    const { body } = await (await this.endpoint()).send({ method: "GET", path });
    return listIn<T>(path.slice(path.lastIndexOf("/") + 1), body);
  }

  /** One record. */
  protected async readAt<T>(path: string, query?: ApiRequest["query"]): Promise<T> {
    const request = { method: "GET", path, ...query === undefined ? {} : { query } } as const;
    return (await (await this.endpoint()).send(request)).body as T;
  }

  /**
   * Sends what makes something whose name the server takes once only. Where the answer was lost it is looked for.
   *
   * @param what `create user bob`, for errors.
   * @param find What there is of that name; asked before it is sent, so that what is found later is this one.
   * @throws {DoubtfulError} where nobody can tell whether it was made.
   */
  protected async createAt<T>(
    what: string,
    path: string,
    body: Readonly<Record<string, unknown>>,
    find: () => Promise<T | undefined>,
  ): Promise<T> {
    const endpoint = await this.endpoint();
    if (await find() !== undefined) {
      throw new ApiError(`Cannot ${what}: there is one already. Nothing was sent.`, {
        status: 409,
        code: "InvalidArgument",
        request: `POST ${path}`,
      });
    }
    const sent = await sendChecked(endpoint, { method: "POST", path, body }, {
      what,
      took: find,
      repeatable: true,
    });
    const made = "found" in sent ? sent.found : sent.answer.body as T | undefined ?? await find();
    if (made !== undefined) return made;
    throw new DoubtfulError(
      `Cannot tell what "${what}" made: the server accepted it, but does not list it yet. Look for it before sending it again.`,
    );
  }

  /** Sends what sets fields: the same twice is the same. */
  protected async changeAt<T>(
    method: "POST" | "PUT",
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<T> {
    const endpoint = await this.endpoint();
    const { body: now } = await endpoint.send({ method, path, body, idempotent: true });
    // An answer that was cut off says nothing of it.
    return now as T | undefined ?? await this.readAt<T>(path);
  }

  /** Deletes what is at a path. Where the answer was lost, what answers 404 afterwards is deleted. */
  protected async removeAt(what: string, path: string): Promise<void> {
    const endpoint = await this.endpoint();
    await sendChecked(endpoint, { method: "DELETE", path }, {
      what,
      took: async () => {
        const { status } = await endpoint.send({ method: "GET", path, accept: [404] });
        return status === 404 ? true : undefined;
      },
      repeatable: true,
    });
  }
}

/** A part of a path. */
export const pathSegment = (text: string): string => encodeURIComponent(text);
