import { Controller, Get, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../../auth/viewer';
import { taskFilters } from '../task.filters';
import { AnswersExport } from './answers-export.decorator';
import { type ExportFormat, ExportTasksQuery } from './export-tasks.query';
import { ExportService } from './export.service';

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
};

@ApiTags('tasks')
@Controller('tasks')
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  @Get('export')
  @Allow('tasks.export')
  @RouteConfig({ raw: true })
  @ApiOperation({
    summary: 'Export tasks',
    description:
      'Every task that the filters of the list select, of one moment, as a stream. Without `sort` the newest come first, also with `q`. Few exports run at once; others are answered 429.',
  })
  @AnswersExport()
  async export(
    @CurrentViewer() viewer: Viewer,
    @Query() query: ExportTasksQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const { format = 'csv', sort } = query;
    const answer = { sort, filters: taskFilters(query, viewer) };
    const stream =
      request.method === 'HEAD' ? undefined : await this.exports.export(answer, format, gone(reply));
    void reply.headers({
      'Content-Type': TYPES[format],
      'Content-Disposition': `attachment; filename="tasks.${format}"`,
      'Cache-Control': 'private, no-cache',
      Vary: 'Authorization',
      'X-Content-Type-Options': 'nosniff',
    });
    return stream && new StreamableFile(stream);
  }
}

/** Aborted when the connection closes, answered or not. */
function gone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => controller.abort());
  return controller.signal;
}
