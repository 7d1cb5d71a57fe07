/**
 * Distinguishes refusals of OpenStack's services from those of anything in between.
 *
 * @module
 */

/**
 * Whether a refusal comes from Trove or Keystone: a named fault, or a message of the middleware before them. Keystone's
 * middleware may leave out the body of a 401, and then names itself in a header.
 */
export function isOpenStackFault(
  { status, headers, body }: { status: number; headers: Headers; body: unknown },
): boolean {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return status === 401 && body === undefined && /^keystone\b/i.test(headers.get("www-authenticate") ?? "");
  }
  const { message, title } = body as Record<string, unknown>;
  if (typeof message === "string") return typeof title === "string";
  return Object.values(body).some((fault) =>
    typeof fault === "object" && fault !== null &&
    typeof (fault as { message?: unknown }).message === "string"
  );
}
