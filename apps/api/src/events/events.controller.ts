import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { JsonText } from '../common/http/representation';
import { AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { sendPage } from '../common/pagination/page';
import { EventResponse } from './dto/event.response';
import { ListEventsQuery } from './dto/list-events.query';
import { CursorExpired } from './event.errors';
import { EventsService } from './events.service';

const RESUME_CURSOR = {
  type: 'string',
  description:
    '`cursor` to go on from here: now while there is a next page, else later, when more has happened',
};

@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get()
  @Allow('events.read')
  @ApiOperation({
    summary: 'List events, oldest first',
    description:
      'Everything that happened, in an order in which nothing is missed: what was written before the request is there. To stay in sync, ask again with the last `resumeCursor`.',
  })
  @AnswersPage(EventResponse, { resumeCursor: RESUME_CURSOR })
  @Problems(CursorExpired)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: ListEventsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const { limit = 20, cursor, ...filters } = query;
    const actorId = filters.actorId?.map((id) => (id === 'me' ? viewer.id : id));
    const page = await this.events.page(viewer, { limit, cursor, filters: { ...filters, actorId } });
    return withResumeCursor(sendPage(page, request, reply), page.resumeCursor);
  }
}

function withResumeCursor({ text }: JsonText, resumeCursor: string): JsonText {
  return new JsonText(`${text.slice(0, -1)},"resumeCursor":${JSON.stringify(resumeCursor)}}`);
}
