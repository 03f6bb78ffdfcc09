import type { FastifyInstance } from 'fastify';
import { PAGE_STYLE } from '../common/http/page-style';
import { PASSWORD_SCRIPT } from './password-script';

/** Serves the page that links to set a password lead to. Its script is a file of its own, since the policy allows no other. */
export function servePasswordPage(fastify: FastifyInstance): void {
  fastify.get('/password', (_request, reply) =>
    reply.header('Cache-Control', 'no-store').type('text/html; charset=utf-8').serializer(String).send(PAGE),
  );
  fastify.get('/password/password.js', (_request, reply) =>
    reply
      .header('Cache-Control', 'no-cache')
      .type('text/javascript; charset=utf-8')
      .serializer(String)
      .send(PASSWORD_SCRIPT),
  );
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>Set a password – The New Fuse</title>
  <link rel="icon" href="data:,">
  <style>${PAGE_STYLE}</style>
  <script src="/password/password.js" defer></script>
</head>
<body>
<main>
  <form id="reset" novalidate hidden>
    <h1>Set your password</h1>
    <p>You are signed out everywhere when it is set.</p>
    <p class="notice" id="reset-notice" role="alert" tabindex="-1" hidden></p>
    <div class="field">
      <label for="newPassword">New password</label>
      <p class="hint" id="newPassword-hint">8 to 128 characters of any kind. A few unrelated words are good.</p>
      <input id="newPassword" name="newPassword" type="password" autocomplete="new-password" required
        aria-describedby="newPassword-hint newPassword-error">
      <p class="error" id="newPassword-error" hidden></p>
    </div>
    <label class="show"><input type="checkbox" id="show"> Show the password</label>
    <button>Set the password</button>
  </form>
  <form id="forgot" novalidate hidden>
    <h1>Forgot your password?</h1>
    <p>A mail will bring you a link to set a new one, if there is an account with your address.</p>
    <p class="notice" id="forgot-notice" role="alert" tabindex="-1" hidden></p>
    <div class="field">
      <label for="email">Email address</label>
      <input id="email" name="email" type="email" autocomplete="email" maxlength="255" required
        aria-describedby="email-error">
      <p class="error" id="email-error" hidden></p>
    </div>
    <button>Send the link</button>
  </form>
  <section id="done" hidden>
    <h1 id="done-title" tabindex="-1"></h1>
    <p id="done-text"></p>
  </section>
  <noscript><p class="notice">This page needs JavaScript. Without it, send the link's token and the new password as JSON
    to <code>POST /api/v1/auth/password/reset</code>.</p></noscript>
</main>
</body>
</html>
`;
