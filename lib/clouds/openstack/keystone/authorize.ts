/**
 * Authorizes the requests to a service with Keystone's tokens.
 *
 * @module
 */
import { keepLogin } from "../../../engine/text/secrets.ts";
import type { SendConfig } from "../../../http/send.ts";
import type { Tokens } from "./keystone.ts";

const HEADER = "x-auth-token";

/**
 * Puts a token on each request. If Keystone no longer knows the token, the request is sent once more with a new one.
 * That is safe for writes too, because the middleware refuses the request before the service sees it.
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
