/**
 * The base of a datacenter's groups of methods.
 *
 * @module
 */
import { ApiError, type ApiRequest, DoubtfulError, type Endpoint, sendChecked } from "../../../engine/mod.ts";
import { listIn } from "../catalogue/find_in_list.ts";

/**
 * A group of methods for one kind of thing. Sends nothing until a method is called.
 *
 * @internal
 */
export abstract class AccountGroup {
  readonly #endpoint: () => Promise<Endpoint>;

  /** The datacenter makes it; use that one. */
  constructor(endpoint: () => Promise<Endpoint>) {
    this.#endpoint = endpoint;
  }

  /** The endpoint that sends the requests. */
  protected endpoint(): Promise<Endpoint> {
    return this.#endpoint();
  }

  /** A list that the server returns as a whole. */
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
   * Creates something whose name must be unique. If the answer was lost, it is looked up.
   *
   * @param what `create user bob`, for errors.
   * @param find Finds the thing of that name. Called before the request too, so that a thing found later is the new
   * one.
   * @throws {DoubtfulError} when nobody knows whether it was created.
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

  /** Sets fields. Doing that twice has the same result. */
  protected async changeAt<T>(
    method: "POST" | "PUT",
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<T> {
    const endpoint = await this.endpoint();
    const { body: now } = await endpoint.send({ method, path, body, idempotent: true });
    // An incomplete answer does not show it.
    return now as T | undefined ?? await this.readAt<T>(path);
  }

  /** Deletes the thing at a path. If the answer was lost, a 404 afterwards proves it. */
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

/** A segment of a path. */
export const pathSegment = (text: string): string => encodeURIComponent(text);
