import { Controller, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '../../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../../auth/viewer';
import { ValidationFailed } from '../../common/errors/common.errors';
import { PathId } from '../../common/http/path-id';
import type { Representation } from '../../common/http/representation';
import { AnswersOne, Problems } from '../../common/openapi/answers.decorator';
import { StrictValidationPipe } from '../../common/validation/strict-validation.pipe';
import { IngestDto, IngestQuery } from '../dto/ingest.dto';
import { MetricsResponse } from '../dto/metrics.response';
import { FeatureNotFound } from '../feature.errors';
import { type Ingest, partsOfFields, partsOfReport } from './ingest-parts';
import { BrokenReport } from './ingest.errors';
import { IngestService } from './ingest.service';
import { ReportBody, SentReport, TakesReports } from './takes-reports.decorator';

@ApiTags('features')
@Controller('features/:id/metrics/ingest')
export class IngestController {
  constructor(private readonly ingests: IngestService) {}

  @Post()
  @Allow('features.update')
  @ApiOperation({
    summary: 'Add a report of a commit to the metrics of a feature',
    description:
      'Commits add up, and the same report of the same commit once more changes nothing. The coverage is that of the last commit.',
  })
  @TakesReports({ maxBytes: 20 * 1024 ** 2 })
  @AnswersOne(MetricsResponse)
  @Problems(FeatureNotFound, BrokenReport)
  async take(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Query() query: IngestQuery,
    @ReportBody() body: unknown,
  ): Promise<Representation> {
    return this.ingests.take(viewer, id, await ingestOf(body, query));
  }
}

/** @throws BrokenReport, BodyTooLarge, MalformedBody, ValidationFailed */
async function ingestOf(body: unknown, { format, commit }: IngestQuery): Promise<Ingest> {
  if (body instanceof SentReport) return partsOfReport(await body.text(), format, commit);
  if (format !== undefined) {
    const detail = 'is for reports; JSON has fields';
    const errors = [{ in: 'query', pointer: '#/format', code: 'unknown', detail }] as const;
    throw ValidationFailed.error(undefined, { errors });
  }
  const fields = new StrictValidationPipe().transform(body, { type: 'body', metatype: IngestDto });
  return partsOfFields(fields as IngestDto, commit);
}
