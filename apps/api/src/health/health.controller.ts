import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/allow.decorator';
import { Unavailable } from '../common/errors/common.errors';
import { Problems } from '../common/openapi/answers.decorator';
import { MaintenanceService } from '../maintenance/maintenance.service';
import { Draining } from './draining';

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
    const paused = await this.maintenance.isPaused().catch(() => null);
    if (paused === null)
      throw Unavailable.error('The database cannot be reached', { members: { parts: { database: 'down' } } });
    return { status: 'ok', parts: { database: 'up', background: paused ? 'paused' : 'up' } };
  }
}
