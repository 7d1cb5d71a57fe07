/**
 * What an answer must look like to be believed.
 *
 * @module
 */

/**
 * What a request's answer looks like where it is this API's. Whatever else answers, such as a proxy's page or a login
 * page, proves nothing: a read is repeated, and a write is doubtful.
 *
 * - `"json"`: an object or an array. The default of reads.
 * - `"written"`: no body (201, 202 or 204), or an object or an array. The default of writes.
 * - `"nothing"`: no body, and 202 or 204. `{ nothing: [200] }`: no body, and one of these statuses;
 *   with 200 only where it says that it would be JSON.
 * - `"record"`: an object. `{ record: "instance" }`: an object that holds one under this key. `{ has: ["id"] }`: an
 *   object in which at least one of these keys has a value.
 *   `{ only: ["default_network"] }`: an object with no other keys than these, and none of them needed.
 * - `"addresses"`: an object of names, each with an address such as `https://cloudapi.example.com`.
 * - `"list"`: an array of objects. `{ each: ["id"] }`: of objects in each of which at least one of these keys has a value.
 *   `{ list: "instances" }`: an object that holds one under this key, with `each` as well where it is given.
 * - `"value"`: any JSON but null.
 * - `{ either: ["nothing", { record: "cluster" }] }`: one of these.
 * - `"anything"`: whatever comes, be it no JSON at all.
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
