import type { FastifyInstance } from 'fastify';
import { PAGE_STYLE } from './page-style';

interface Page {
  /** Below the root, `/setup` say; its script is at `/setup/setup.js`. */
  readonly path: string;
  readonly title: string;
  /** The HTML of its `main`. */
  readonly main: string;
  readonly script: string;
}

/** Serves a page of the API's own. Its script is a file of its own, since the policy allows no other. */
export function servePage(fastify: FastifyInstance, page: Page): void {
  const script = `${page.path}${page.path}.js`;
  const html = htmlOf(page, script);
  fastify.get(page.path, (_request, reply) =>
    reply.header('Cache-Control', 'no-store').type('text/html; charset=utf-8').serializer(String).send(html),
  );
  fastify.get(script, (_request, reply) =>
    reply
      .header('Cache-Control', 'no-cache')
      .type('text/javascript; charset=utf-8')
      .serializer(String)
      .send(page.script),
  );
}

const htmlOf = ({ title, main }: Page, script: string) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>${title}</title>
  <link rel="icon" href="data:,">
  <style>${PAGE_STYLE}</style>
  <script src="${script}" defer></script>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;

/** How the scripts of pages begin: the token comes in the link's fragment, and an error stands below its field. */
export const PAGE_SCRIPT = `
  const byId = (id) => document.getElementById(id);
  const token = new URLSearchParams(location.hash.slice(1)).get('token');

  const showError = (name, text) => {
    const error = byId(name + '-error');
    error.textContent = text ? byId(name).labels[0].textContent + ' ' + text : '';
    error.hidden = !text;
    if (text) byId(name).setAttribute('aria-invalid', 'true');
    else byId(name).removeAttribute('aria-invalid');
  };
`;
