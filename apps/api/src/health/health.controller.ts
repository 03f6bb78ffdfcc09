import { setTimeout as after } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/allow.decorator';
import { Unavailable } from '../common/errors/common.errors';
import { Problems } from '../common/openapi/answers.decorator';
import { MaintenanceService } from '../maintenance/maintenance.service';
import { Draining } from './draining';

/** Who probes gives up soon: a database that is silent for so long, in ms, counts as down. */
const PATIENCE_MS = 2000;

const STATUS = { status: { type: 'string', enum: ['ok'] } };
const PARTS = {
  type: 'object',
  description:
    'Each part that requests need; and whether mail and jobs run, or are paused, as they are after a restore',
  required: ['database', 'background'],
  properties: {
    database: { type: 'string', enum: ['up'] },
    background: { type: 'string', enum: ['up', 'paused'] },
  },
};

/** For supervisors: whether the process runs, and whether it can serve. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly maintenance: MaintenanceService,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @Public({ limited: false })
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiResponse({
    status: 200,
    description: 'It runs',
    schema: { type: 'object', required: ['status'], properties: STATUS },
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public({ limited: false })
  @ApiOperation({ summary: 'Whether every part that requests need is up; 503 names the part that is down' })
  @ApiResponse({
    status: 200,
    description: 'All of them are up',
    schema: { type: 'object', required: ['status', 'parts'], properties: { ...STATUS, parts: PARTS } },
  })
  @Problems(Unavailable)
  async ready(): Promise<{ status: 'ok'; parts: Record<string, 'up' | 'paused'> }> {
    if (this.draining.began)
      throw Unavailable.error('The server is shutting down', { members: { parts: { api: 'draining' } } });
    const paused = await soon(this.maintenance.isPaused());
    if (paused === null)
      throw Unavailable.error('The database cannot be reached', { members: { parts: { database: 'down' } } });
    return { status: 'ok', parts: { database: 'up', background: paused ? 'paused' : 'up' } };
  }
}

/** What `answer` resolves to; null when it rejects, or takes longer than PATIENCE_MS. */
async function soon<T>(answer: Promise<T>): Promise<T | null> {
  const patience = new AbortController();
  const silence = after(PATIENCE_MS, null, { signal: patience.signal, ref: false });
  const found = await Promise.race([answer, silence]).catch(() => null);
  silence.catch(() => null);
  patience.abort();
  return found;
}
