/**
 * NestJS 12 on fastify, with its pipe for Standard Schema and zod. Node runs this file by stripping its types, so
 * decorators are applied as the functions they are.
 */
import { Body, Controller, Get, HttpCode, Module, Param, Post, Query, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EchoBody } from '../echo-body.ts';
import { decorateClass, decorateMethod } from '../decorate.ts';

class BenchController {
  hello(): string {
    return 'Hello, world!';
  }

  user(id: string, q: string): object {
    return { id, q, ok: true };
  }

  echo(body: object): object {
    return body;
  }
}
decorateMethod(BenchController, 'hello', { decorators: [Get('/')], parameters: [] });
decorateMethod(BenchController, 'user', { decorators: [Get('/user/:id')], parameters: [Param('id'), Query('q')] });
decorateMethod(BenchController, 'echo', { decorators: [Post('/echo'), HttpCode(200)], parameters: [Body({ schema: EchoBody })] });
decorateClass(BenchController, Controller());

// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS is a class, and what it is stands in its decorator
class AppModule {}
decorateClass(AppModule, Module({ controllers: [BenchController] }));

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false });
app.useGlobalPipes(new StandardSchemaValidationPipe());
await app.listen(Number(process.env['PORT']), process.env['HOST'] ?? '127.0.0.1');
