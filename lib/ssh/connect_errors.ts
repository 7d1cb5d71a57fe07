/**
 * Explains a failed connection, with advice.
 *
 * @module
 */
import { codeOf, messageOf, portOf, type SshTarget } from "./target.ts";

/**
 * The reason why a connection failed.
 *
 * @param tried The login methods that were tried.
 * @param noAgent Why no agent was used.
 */
export function connectReason(
  error: unknown,
  target: SshTarget,
  tried: readonly string[],
  noAgent: string | undefined,
): string {
  const text = error === undefined ? "the server closed the connection" : messageOf(error);
  const level = (error as { level?: string } | undefined)?.level;
  if (level === "client-authentication" || /too many authentication failures/i.test(text)) {
    const offered = [...tried, ...(noAgent ? [noAgent] : [])].join("; ") || "nothing was offered";
    return `the login was refused: ${offered}. ` +
      `Check that ${target.user} is the right user and that its authorized_keys has one of these keys`;
  }
  const address = `${target.host}:${portOf(target)}`;
  switch (codeOf(error)) {
    case "ECONNREFUSED":
      return `the connection was refused: nothing listens at ${address}. Check that sshd runs, and the port`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NONAME":
      return `the host name was not found: ${target.host}. Check its spelling`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `the network has no route to ${address}. For a private address, use a jump host`;
    case "ETIMEDOUT":
      return `there was no answer: ${address}. Check that it is up, and the firewall`;
  }
  if (/Connection lost before handshake|ECONNRESET|reset/i.test(text + codeOf(error))) {
    return `the server closed the connection before the login: ${text}. ` +
      "It may be starting, it may not be an SSH server, or it has reached its limit of new connections (MaxStartups)";
  }
  if (/no matching/i.test(text)) {
    return `no common algorithm was found: ${text}. The server is too old or too strict`;
  }
  return `it failed: ${text}`;
}
