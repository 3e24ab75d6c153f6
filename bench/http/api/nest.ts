/**
 * NestJS 12 on fastify: @nestjs/jwt in a guard, its pipe and its interceptor for Standard Schema with zod, helmet and CORS of
 * fastify, and fastify's logger. Decorators are applied as the functions they are.
 */
import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  Req,
  SerializeOptions,
  StandardSchemaSerializerInterceptor,
  StandardSchemaValidationPipe,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { decorateClass, decorateMethod } from '../decorate.ts';
import {
  createMember,
  ISSUER,
  Member,
  MemberBody,
  type MemberInput,
  MemberParams,
  MemberQuery,
  openLog,
  ORIGIN,
  SECRET,
  type StoredMember,
} from '../members.ts';
import { OneLine } from '../one-line.ts';

interface SignedInRequest extends FastifyRequest {
  claims?: { readonly sub: string };
}

class AuthGuard implements CanActivate {
  readonly #jwt: JwtService;

  constructor(jwt: JwtService) {
    this.#jwt = jwt;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || token === undefined) throw new UnauthorizedException();
    try {
      request.claims = await this.#jwt.verifyAsync(token);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}
decorateClass(AuthGuard, Injectable(), Reflect.metadata('design:paramtypes', [JwtService]));

class MembersController {
  add(params: { team: string }, query: { notify: boolean }, body: MemberInput['body'], request: SignedInRequest): StoredMember {
    return createMember({ ...params, ...query, body, createdBy: request.claims?.sub ?? '' });
  }
}
decorateMethod(MembersController, 'add', {
  decorators: [Post(), HttpCode(201), UseGuards(AuthGuard), SerializeOptions({ schema: Member })],
  parameters: [Param({ schema: MemberParams }), Query({ schema: MemberQuery }), Body({ schema: MemberBody }), Req()],
});
decorateClass(MembersController, Controller('/teams/:team/members'));

// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS is a class, and what it is stands in its decorator
class AppModule {}
decorateClass(
  AppModule,
  Module({
    imports: [JwtModule.register({ global: true, secret: SECRET, verifyOptions: { algorithms: ['HS256'], issuer: ISSUER } })],
    controllers: [MembersController],
  }),
);

const adapter = new FastifyAdapter({ logger: { stream: openLog() }, logController: new OneLine(), genReqId: () => randomUUID() });
const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger: false });
app
  .getHttpAdapter()
  .getInstance()
  .addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
await app.register(helmet);
app.enableCors({ origin: ORIGIN });
app.useGlobalPipes(new StandardSchemaValidationPipe());
app.useGlobalInterceptors(new StandardSchemaSerializerInterceptor(app.get(Reflector)));
await app.listen(Number(process.env['PORT']), process.env['HOST'] ?? '127.0.0.1');
