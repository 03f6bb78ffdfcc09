import type { FastifyInstance } from 'fastify';
import { servePage } from '../common/http/served-page';
import { SETUP_SCRIPT } from './setup-script';

/** Serves the page that the set-up link leads to. */
export function serveSetupPage(fastify: FastifyInstance): void {
  servePage(fastify, {
    path: '/setup',
    title: 'Set up The New Fuse',
    main: MAIN,
    script: SETUP_SCRIPT,
  });
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly attributes: string;
}

const FIELDS: readonly Field[] = [
  {
    name: 'username',
    label: 'Username',
    hint: 'Up to 255 characters, without @.',
    attributes: 'autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="255"',
  },
  {
    name: 'email',
    label: 'Email address',
    hint: 'Only you and other administrators see it.',
    attributes: 'type="email" autocomplete="email" maxlength="255"',
  },
  {
    name: 'password',
    label: 'Password',
    hint: '8 to 128 characters of any kind. A few unrelated words are good.',
    attributes: 'type="password" autocomplete="new-password"',
  },
];

function fieldHtml({ name, label, hint, attributes }: Field): string {
  return `<div class="field">
      <label for="${name}">${label}</label>
      <p class="hint" id="${name}-hint">${hint}</p>
      <input id="${name}" name="${name}" ${attributes} required aria-describedby="${name}-hint ${name}-error">
      <p class="error" id="${name}-error" hidden></p>
    </div>`;
}

const MAIN = `<form id="form" novalidate>
    <h1>Make the first administrator</h1>
    <p>This account runs the installation: it makes the other accounts, and can do all that they can.</p>
    <p class="notice" id="notice" role="alert" tabindex="-1" hidden></p>
    ${FIELDS.map(fieldHtml).join('\n    ')}
    <label class="show"><input type="checkbox" id="show"> Show the password</label>
    <button id="submit">Make the administrator</button>
    <noscript><p class="notice">This page needs JavaScript. Without it, send the same fields and the link's token
      as JSON to <code>POST /api/v1/setup</code>.</p></noscript>
  </form>
  <section id="done" hidden>
    <h1 id="done-title" tabindex="-1">The New Fuse is ready</h1>
    <p><strong id="made"></strong> is its administrator. To try it out, send the name and the password to
      <code>POST /api/v1/auth/login</code>, and give the access token to <em>Authorize</em> in the documentation.</p>
    <a class="button" href="/docs">Open the API documentation</a>
  </section>`;
