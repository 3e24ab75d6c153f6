/** NestJS on fastify as its guide begins; decorators are applied as the functions they are. */
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class AppController {
  hello() {
    return 'Hello, world!';
  }
}
Get('/')(AppController.prototype, 'hello', Object.getOwnPropertyDescriptor(AppController.prototype, 'hello'));
Controller()(AppController);

// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS is a class, and what it is stands in its decorator
class AppModule {}
Module({ controllers: [AppController] })(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit());
