/** Lets fastify's logger write one line for each request, when it is over, as the others do; by itself it writes two. */
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/** The option `logController` of fastify. */
export class OneLine extends LogController {
  override incomingRequest(): void {
    // all is said when the request is over
  }

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    reply.log.info(
      { method: request.method, url: request.url, status: reply.statusCode, durationMs: reply.elapsedTime, ip: request.ip, err: error },
      'request',
    );
  }
}
