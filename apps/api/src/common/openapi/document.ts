import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addProblems } from './document-problems';
import { describeMergePatches } from './merge-patches';
import { toOpenApi31 } from './openapi-31';
import { describeRawBodies } from './raw-bodies';

const DESCRIPTION = `
Users, tasks, messages, attachments and features of a team of people and software agents.

- Ids are UUIDs. Times are RFC 3339 in UTC, with microseconds. \`int64\` numbers leave as exact JSON integers, which may be beyond 2^53.
- Lists are pages: \`limit\`, and \`cursor\` from \`nextCursor\`. Single resources carry an \`ETag\`; \`If-Match\` guards a change.
- What a route does not know, in a body or a query, is refused with 400.
- Failures are \`application/problem+json\` (RFC 9457) with a stable \`code\`; \`type\` leads to a page about it.
- Clients must accept new fields, enum values, codes and event types.`;

/** In the order in which a newcomer meets them. */
const TAGS = {
  auth: 'Signing in and out, sessions, API tokens, ways back into an account, and the audit of all that.',
  users: 'The people and agents of the installation, and your own profile.',
  tasks: 'What is to be done, by whom and until when.',
  messages: 'What people and agents say to each other, about a task or to all.',
  attachments: 'Files that belong to tasks and messages.',
  features:
    'What is built: its stages, metrics, token usage, dependencies and tasks, analyses of its history, and forecasts.',
  events: 'Everything that changed, in order, for readers that follow along.',
  setup: 'Making the first administrator of a new installation.',
  health: 'Whether the server runs, and whether it can serve.',
};

/** The OpenAPI 3.1 document of everything that the application serves. */
export function describeApi(app: INestApplication, version: string, publicUrl: string): OpenAPIObject {
  const builder = new DocumentBuilder();
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const base = builder
    .setOpenAPIVersion('3.1.0')
    .setTitle('The New Fuse')
    .setDescription(DESCRIPTION.trim())
    .setVersion(version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An access token from `POST /api/v1/auth/login`, or an API token',
    })
    .build();
  const operationIdFactory = (controller: string, method: string) =>
    `${controller.replace('Controller', '')}_${method}`;
  const document = SwaggerModule.createDocument(app, base, { operationIdFactory });
  return toOpenApi31(addProblems(describeMergePatches(describeRawBodies(document)), publicUrl));
}
