/** Nonces: what a page says of its own scripts and styles, so that nobody else's run. */
import { defineRequestValue, type HttpRequest } from '@oxidite/http';
import { applicationOf } from '../application-context.ts';

const NONCE_BYTES = 18;

/** The nonce that was asked for, if one was. Only then the policy of a response is a new one. */
export const usedNonce = defineRequestValue<string>('cspNonce');

/** Gives the nonce of a response. */
export interface CspNonce {
  /**
   * Returns the nonce, 144 random bits in base64, and puts it into the policy of the response. The same for all of one request.
   * @throws {PluginMissingError} when the plugin is not listed.
   */
  get(request: Pick<HttpRequest, 'responseHeaders' | 'route'>): string;
}

/** The nonce of a response, made on its first use: `<script nonce="${cspNonce.get(request)}">`. */
export const cspNonce: CspNonce = {
  get(request) {
    let nonce = usedNonce.get(request);
    if (nonce === undefined) {
      nonce = Buffer.from(applicationOf(request.route, 'securityHeaders').random.bytes(NONCE_BYTES)).toString('base64');
      usedNonce.set(request, nonce);
    }
    return nonce;
  },
};
