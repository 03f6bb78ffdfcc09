import { PAGE_SCRIPT } from '../common/http/served-page';

/**
 * What the set-up page does in the browser. The token comes in the link's fragment, which browsers send to no server and
 * which therefore stands in no log.
 */
export const SETUP_SCRIPT = `'use strict';
(() => {${PAGE_SCRIPT}
  const form = byId('form');
  const fields = ['username', 'email', 'password'];
  const TAKEN = { username_taken: 'username', email_taken: 'email' };
  const NOTICES = {
    setup_done: 'This installation has its administrator already: this link does nothing any more.',
    invalid_setup_token: 'This link is not valid any more. Start the server again: it prints a new one.',
    no_token: 'This link is not complete. Open the whole link that the server printed at its start.',
    offline: 'The server cannot be reached. Is it still running? Nothing was made; try again.',
  };
  const WORDS = {
    'username too_short': 'is missing',
    'email invalid_email': 'must look like name@example.org',
    'password too_short': 'must have at least 8 characters',
    'password too_long': 'must have at most 128 characters',
    'username username_taken': 'is taken by somebody else',
    'email email_taken': 'is taken by somebody else',
  };

  const showNotice = (text) => {
    byId('notice').textContent = text;
    byId('notice').hidden = !text;
    if (text) byId('notice').focus();
  };

  const showProblem = (problem) => {
    const told = (problem.errors || []).map((error) => ({ ...error, name: error.pointer.slice(2) }));
    const errors = [...told, { name: TAKEN[problem.code], code: problem.code, detail: '' }];
    const ours = errors.filter(({ name }) => fields.includes(name));
    for (const { name, code, detail } of ours)
      showError(name, WORDS[name + ' ' + code] || detail.replace(name + ' ', ''));
    const first = fields.find((field) => ours.some(({ name }) => name === field));
    if (first) byId(first).focus();
    else showNotice(NOTICES[problem.code] || problem.detail || 'The server could not do this.');
  };

  const finish = (profile) => {
    history.replaceState(null, '', location.pathname);
    form.hidden = true;
    byId('password').value = '';
    byId('made').textContent = profile.username;
    byId('done').hidden = false;
    byId('done-title').focus();
  };

  const send = async () => {
    const body = JSON.stringify({ token, ...Object.fromEntries(fields.map((name) => [name, byId(name).value])) });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/api/v1/setup', { method: 'POST', headers, body });
    const content = await answer.json();
    if (answer.ok) finish(content);
    else showProblem(content);
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = byId('submit');
    if (button.getAttribute('aria-disabled') === 'true') return;
    showNotice('');
    for (const name of fields) showError(name, '');
    if (!token) return showNotice(NOTICES.no_token);
    button.setAttribute('aria-disabled', 'true');
    await send().catch(() => showNotice(NOTICES.offline));
    button.removeAttribute('aria-disabled');
  });

  byId('show').addEventListener('change', ({ target }) => {
    byId('password').type = target.checked ? 'text' : 'password';
  });

  if (!token) showNotice(NOTICES.no_token);
})();
`;
