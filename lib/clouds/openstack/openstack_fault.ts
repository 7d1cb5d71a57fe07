/**
 * Telling what OpenStack's services refuse with from what stands before them.
 *
 * @module
 */

/**
 * Whether a refusal is Trove's or Keystone's own: a fault with its name around it, or what the middleware in front of
 * them says. Keystone's middleware may leave out the body of a 401, and then names itself in a header.
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
