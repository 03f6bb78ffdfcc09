import type { LoggerService } from '@nestjs/common';
import { quietAboutWiring } from './logger';

describe('what Nest tells at a start', () => {
  const told: [string, unknown, unknown][] = [];
  const logger: LoggerService = {
    log: (message, context) => told.push(['log', message, context]),
    debug: (message, context) => told.push(['debug', message, context]),
    warn: (message, context) => told.push(['warn', message, context]),
    error: () => undefined,
  };

  it('is for debug where it is wiring, and as it was otherwise', () => {
    const quiet = quietAboutWiring(logger);
    quiet.log('Mapped {/health/live, GET} route', 'RouterExplorer');
    quiet.log('Nest application successfully started', 'NestApplication');
    quiet.warn('Beware', 'RouterExplorer');
    expect(told).toEqual([
      ['debug', 'Mapped {/health/live, GET} route', 'RouterExplorer'],
      ['log', 'Nest application successfully started', 'NestApplication'],
      ['warn', 'Beware', 'RouterExplorer'],
    ]);
  });
});
