/**
 * What a request to a service needs of Keystone, in the form the sender of requests takes.
 *
 * @module
 */
import { keepLogin } from "../../../engine/text/secrets.ts";
import type { SendConfig } from "../../../http/send.ts";
import type { Tokens } from "./keystone.ts";

const HEADER = "x-auth-token";

/**
 * Puts a token on each request, and has it sent once more with a new one when Keystone no longer knows the token. That
 * is safe for writes too: the refusal comes from in front of the service, which never saw the request.
 */
export function authorizedBy(tokens: Tokens): Required<Pick<SendConfig, "authorize" | "refused">> {
  return {
    async authorize(draft) {
      const { token } = await tokens.get();
      if (!token) return;
      draft.headers[HEADER] = token.reveal();
      keepLogin(draft.headers[HEADER]);
    },
    refused(response, draft) {
      const again = tokens.refused(response, draft.headers[HEADER]);
      return Promise.resolve(again ? "resend" : undefined);
    },
  };
}
