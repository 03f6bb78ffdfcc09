import { Controller, Get, Inject, Injectable, Module, Param, ParseIntPipe, Query } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';

// The toolchain in one piece: Nest's packages are ES modules, the sources compile to CommonJS, and dependency injection
// reads the parameter types that the transform has to emit.
@Injectable()
class Doubler {
  double(value: number): number {
    return value * 2;
  }
}

class Options {
  by?: string;
}

@Controller('double')
class DoubleController {
  constructor(
    private readonly doubler: Doubler,
    @Inject('unit') private readonly unit: string,
  ) {}

  @Get(':value')
  show(@Param('value', ParseIntPipe) value: number, @Query() options: Options): object {
    return { value: this.doubler.double(value), unit: this.unit, by: options.by ?? null };
  }
}

@Module({ controllers: [DoubleController], providers: [Doubler, { provide: 'unit', useValue: 'days' }] })
class DoubleModule {}

describe('Nest on Fastify under Jest', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ imports: [DoubleModule] }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  it('injects by emitted types and answers over HTTP', async () => {
    const response = await fetch(`${await app.getUrl()}/double/21?by=me`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ value: 42, unit: 'days', by: 'me' });
  });

  it('answers a wrong parameter with 400', async () => {
    const response = await fetch(`${await app.getUrl()}/double/many`);
    expect(response.status).toBe(400);
  });
});
