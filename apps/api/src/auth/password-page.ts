import type { FastifyInstance } from 'fastify';
import { servePage } from '../common/http/served-page';
import { PASSWORD_SCRIPT } from './password-script';

/** Serves the page that links to set a password lead to. */
export function servePasswordPage(fastify: FastifyInstance): void {
  servePage(fastify, {
    path: '/password',
    title: 'Set a password – The New Fuse',
    main: MAIN,
    script: PASSWORD_SCRIPT,
  });
}

const MAIN = `<form id="reset" novalidate hidden>
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
    to <code>POST /api/v1/auth/password/reset</code>.</p></noscript>`;
