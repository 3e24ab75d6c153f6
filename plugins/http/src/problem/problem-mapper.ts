/** A group's own form of error bodies. */
import type { HttpRequest } from '../request/http-request.ts';
import type { Problem } from './problem.ts';

/**
 * Maps a problem of a group's routes to the body that is sent as JSON under the problem's status; a `Reply` decides its own
 * status and headers. Inputs may be unread or invalid at this point.
 */
export type ProblemMapper = (problem: Problem, request: HttpRequest) => unknown;
