import { setTimeout as after } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/allow.decorator';
import { Unavailable } from '../common/errors/common.errors';
import { TakesAnyQuery } from '../common/http/query.guard';
import { Problems } from '../common/openapi/answers.decorator';
import { MaintenanceService } from '../maintenance/maintenance.service';
import { StorageStatusService } from '../storage/storage-status.service';
import { Draining } from './draining';

/** Who probes gives up soon: a database that is silent for so long, in ms, counts as down. */
const PATIENCE_MS = 2000;

const STATUS = { status: { type: 'string', enum: ['ok'] } };
const PARTS = {
  type: 'object',
  description:
    'Each part that requests need. While `storage` is down, the content of attachments is answered 503, and all else as always. `background`: whether mail and jobs run, or are paused, as they are after a restore',
  required: ['database', 'storage', 'background'],
  properties: {
    database: { type: 'string', enum: ['up'] },
    storage: { type: 'string', enum: ['up', 'down'] },
    background: { type: 'string', enum: ['up', 'paused'] },
  },
};

/** For supervisors: whether the process runs, and whether it can serve. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly maintenance: MaintenanceService,
    private readonly storage: StorageStatusService,
    private readonly draining: Draining,
  ) {}

  @Get('live')
  @Public({ limited: false })
  @TakesAnyQuery()
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
  @TakesAnyQuery()
  @ApiOperation({
    summary: 'Whether requests can be served; 503 names the part that is down',
    description:
      'A storage of files that is down is told, and is no 503: that would take away what it is not needed for.',
  })
  @ApiResponse({
    status: 200,
    description: 'They can',
    schema: { type: 'object', required: ['status', 'parts'], properties: { ...STATUS, parts: PARTS } },
  })
  @Problems(Unavailable)
  async ready(): Promise<{ status: 'ok'; parts: Record<string, 'up' | 'down' | 'paused'> }> {
    if (this.draining.began)
      throw Unavailable.error('The server is shutting down', { members: { parts: { api: 'draining' } } });
    const [paused, stored] = await Promise.all([
      soon(this.maintenance.isPaused()),
      soon(this.storage.isUp()),
    ]);
    if (paused === null)
      throw Unavailable.error('The database cannot be reached', { members: { parts: { database: 'down' } } });
    const parts = { storage: stored ? 'up' : 'down', background: paused ? 'paused' : 'up' } as const;
    return { status: 'ok', parts: { database: 'up', ...parts } };
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
