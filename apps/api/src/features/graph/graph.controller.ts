import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '../../auth/allow.decorator';
import { Answers } from '../../common/openapi/answers.decorator';
import { GraphQuery, GraphResponse } from '../dto/graph.dto';
import { GraphService } from './graph.service';

@ApiTags('features')
@Controller('features/graph')
export class GraphController {
  constructor(private readonly graphs: GraphService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({
    summary: 'Read all dependencies, with the critical path for given durations',
    description: 'A completed feature takes no time. Features without dependencies are left out.',
  })
  @Header('Cache-Control', 'private, no-cache')
  @Header('Vary', 'Authorization')
  @Answers(GraphResponse, 'The graph, laid out in layers')
  graph(@Query() query: GraphQuery): Promise<GraphResponse> {
    return this.graphs.graph(query);
  }
}
