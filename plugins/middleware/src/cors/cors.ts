/**
 * CORS. Preflights are answered in the edge phase, whatever is behind; every other response, errors included, says who may
 * read it. Where that is the same for all requests it is written at boot. Source: Fetch Standard, section 3.3.
 */
import {
  defineRequestValue,
  type HttpRequest,
  type MiddlewareDefinition,
  type MiddlewareParts,
  type Reply,
  reply,
  type ResponseDraft,
  type Route,
} from '@oxidite/http';
import type { ApplicationContext } from '../application-context.ts';
import { defineModule, findOwn } from '../define-module.ts';
import { parseOptions } from '../parse-options.ts';
import { type CorsInput, CorsOptions } from './options.ts';
import { compilePolicy, type CorsDecision, type CorsPolicy, isPreflight, toFixedHeaders, writeDecision } from './policy.ts';
import { findAskedRoute } from './preflight-routes.ts';

const NAME = 'cors';
const POLICY = Symbol('oxidite.middleware.cors');

/** A middleware of this module; it tells its policy to what answers preflights. */
interface CorsDefinition extends MiddlewareDefinition {
  /** `undefined`: nothing is allowed. */
  readonly [POLICY]: CorsPolicy | undefined;
}

/** What was decided; `undefined` while nothing is. */
const decision = defineRequestValue<CorsDecision | 'none'>('cors');

/**
 * Lets pages of other origins use routes: `cors({ origins: ['https://shop.example'], credentials: true })`; `false` forbids
 * it to a route or group, whatever the application says.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function cors(options: CorsInput | false): MiddlewareDefinition {
  return createCors(options === false ? false : parseOptions(NAME, CorsOptions, options));
}

/** The same, for options that were validated. */
export function createCors(options: CorsOptions | false): MiddlewareDefinition {
  const policy = options === false ? undefined : compilePolicy(options);
  const definition = defineModule({
    name: NAME,
    phase: 'edge',
    create: (application) => (route) => (route.isFallback === true ? createUnmatchedParts(policy, application) : createParts(route, policy)),
  });
  return Object.assign(definition, { [POLICY]: policy }) satisfies CorsDefinition;
}

function createParts(route: Route, policy: CorsPolicy | undefined): MiddlewareParts | undefined {
  if (policy === undefined) return undefined;
  const fixed = toFixedHeaders(policy);
  const isAnsweringPreflights = route.method === 'OPTIONS';
  if (fixed !== undefined && !isAnsweringPreflights) return { headers: fixed };
  return {
    onRequest: (request) => (isAnsweringPreflights && isPreflight(request) ? answerPreflight(request, policy) : decide(request, policy)),
    onResponse: (request, response) => write(request, response, policy),
  };
}

/** No route has the method OPTIONS by itself, so this is where preflights come, for routes with a policy of their own, too. */
function createUnmatchedParts(policy: CorsPolicy | undefined, { http }: ApplicationContext): MiddlewareParts {
  const findPolicy = (request: HttpRequest): CorsPolicy | undefined => {
    if (!http.routes.some((route) => findOwn(route, NAME) !== undefined)) return policy;
    const asked = findAskedRoute(http.routes, request.rawHeaders['access-control-request-method'] ?? '', request.path);
    const own = asked === undefined ? undefined : findOwn(asked, NAME);
    return own === undefined ? policy : (own as CorsDefinition)[POLICY];
  };
  return {
    onRequest(request) {
      if (request.method !== 'OPTIONS' || !isPreflight(request)) return policy === undefined ? undefined : decide(request, policy);
      const found = findPolicy(request);
      if (found !== undefined) return answerPreflight(request, found);
      decision.set(request, 'none');
      return undefined;
    },
    onResponse: (request, response) => write(request, response, policy),
  };
}

/** Inputs may be replaced by their validated forms later on, so what the headers say is decided on the way in. */
function decide(request: HttpRequest, policy: CorsPolicy): undefined | Promise<undefined> {
  const origin = policy.decide(request);
  if (origin instanceof Promise) {
    return origin.then((later) => {
      decision.set(request, { policy, origin: later });
      return undefined;
    });
  }
  decision.set(request, { policy, origin });
  return undefined;
}

function answerPreflight(request: HttpRequest, policy: CorsPolicy): Reply | Promise<Reply> {
  const decided = decide(request, policy);
  const answer = (): Reply => {
    const made = decision.get(request);
    const isAllowed = made !== undefined && made !== 'none' && made.origin !== undefined;
    const vary = 'Access-Control-Request-Method, Access-Control-Request-Headers';
    return reply(undefined, { status: 204, headers: { vary, ...(isAllowed ? policy.toPreflight(request) : {}) } });
  };
  return decided === undefined ? answer() : decided.then(answer);
}

/** What refused a request before this module saw it is answered like everything else. */
function write(request: HttpRequest, response: ResponseDraft, policy: CorsPolicy | undefined): void | Promise<void> {
  const made = decision.get(request);
  if (made === 'none' || (made === undefined && policy === undefined)) return undefined;
  if (made !== undefined) return writeDecision(made, response);
  if (policy === undefined) return undefined;
  const origin = policy.decide(request);
  if (origin instanceof Promise) return origin.then((later) => writeDecision({ policy, origin: later }, response));
  return writeDecision({ policy, origin }, response);
}
