/**
 * The shape that an answer must have to be believed.
 *
 * @module
 */

/**
 * The shape of this API's answer to a request. Any other answer, such as a proxy's or a login page, proves nothing: a
 * read is repeated, and a write is doubtful.
 *
 * - `"json"`: an object or an array. The default for reads.
 * - `"written"`: no body (201, 202 or 204), or an object or an array. The default for writes.
 * - `"nothing"`: no body, and 202 or 204. `{ nothing: [200] }`: no body, and one of these statuses; 200 only if the
 *   content type is JSON.
 * - `"record"`: an object. `{ record: "instance" }`: an object that has one under this key. `{ has: ["id"] }`: an
 *   object in which at least one of these keys has a value. `{ only: ["default_network"] }`: an object that has no
 *   other keys than these; it may lack them.
 * - `"addresses"`: an object whose values are URLs, such as `https://cloudapi.example.com`.
 * - `"list"`: an array of objects. `{ each: ["id"] }`: in each object at least one of these keys has a value. `{
 *   list: "instances" }`: an object that has an array under this key; `each` may be given as well.
 * - `"value"`: any JSON except null.
 * - `{ either: ["nothing", { record: "cluster" }] }`: one of these.
 * - `"anything"`: any answer, even if it is not JSON.
 *
 * @example
 * ```ts
 * import { type AnswerShape, dc } from "@muster/muster";
 *
 * const expect: AnswerShape = { has: ["id"] };
 * const { body } = await dc("sim").request("GET", "/packages/g4-highcpu-1G", { expect });
 * console.log(body);
 * ```
 */
export type AnswerShape =
  | "anything"
  | "json"
  | "value"
  | "record"
  | "addresses"
  | "list"
  | "nothing"
  | "written"
  | { readonly nothing: readonly number[] }
  | { readonly record: string }
  | { readonly each: readonly string[] }
  | { readonly list: string; readonly each?: readonly string[] }
  | { readonly has: readonly string[] }
  | { readonly only: readonly string[] }
  | { readonly either: readonly AnswerShape[] };
