import type { FastifyInstance } from 'fastify';
import { NotFound } from './common.errors';
import { problemKinds } from './problem';

/** One page for each code: what the `type` of a problem leads to. */
export function serveProblemPages(fastify: FastifyInstance): void {
  fastify.get<{ Params: { code: string } }>('/docs/problems/:code', (request, reply) => {
    const kind = problemKinds().get(request.params.code);
    if (!kind) throw NotFound.error();
    return reply.type('text/html; charset=utf-8').send(page(kind.code, kind.status, kind.title, kind.help));
  });
  fastify.get('/docs/problems', (_request, reply) => {
    const rows = [...problemKinds().values()].toSorted(
      (a, b) => a.status - b.status || a.code.localeCompare(b.code),
    );
    const items = rows.map(
      (kind) =>
        `<li>${kind.status} <a href="/docs/problems/${kind.code}"><code>${kind.code}</code></a> ${kind.title}</li>`,
    );
    return reply.type('text/html; charset=utf-8').send(html('Problems', `<ul>${items.join('')}</ul>`));
  });
}

function page(code: string, status: number, title: string, help: string): string {
  const text = help.replaceAll(/`([^`]+)`/g, '<code>$1</code>').replaceAll(/<(?!\/?code>)/g, '&lt;');
  return html(
    title,
    `<p>Status ${status}, code <code>${code}</code></p><p>${text}</p><p><a href="/docs/problems">All problems</a></p>`,
  );
}

function html(title: string, body: string): string {
  const style =
    'body{font:16px/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}code{background:#eee;padding:0 .2em}';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>${style}</style><h1>${title}</h1>${body}</html>`;
}
