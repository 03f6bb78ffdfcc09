import { PAGE_SCRIPT } from '../common/http/served-page';

/**
 * What the page for passwords does in the browser: with a token, which comes in the link's fragment and so stands in no log,
 * it sets the password; without one, it asks for a link.
 */
export const PASSWORD_SCRIPT = `'use strict';
(() => {${PAGE_SCRIPT}
  const FORMS = {
    reset: {
      field: 'newPassword',
      done: ['Your password is set', 'Sign in with it from now on. You can close this page.'],
      body: () => ({ token, newPassword: byId('newPassword').value }),
    },
    forgot: {
      field: 'email',
      done: ['Look into your mail', 'If there is an account with this address, a link is on its way. It may take a minute.'],
      body: () => ({ email: byId('email').value }),
    },
  };
  const NOTICES = {
    invalid_link: 'This link is not valid any more: it was used, replaced by a later one, or is too old. Ask for a new one.',
    too_many_requests: 'There were too many attempts. Try again in a while.',
    offline: 'The server cannot be reached. Nothing was changed; try again.',
  };
  const WORDS = {
    too_short: 'must have at least 8 characters',
    too_long: 'must have at most 128 characters',
    too_common: 'is among those that are tried first: choose another',
    invalid_email: 'must look like name@example.org',
  };

  const showNotice = (form, text) => {
    const notice = byId(form + '-notice');
    notice.textContent = text;
    notice.hidden = !text;
    if (text) notice.focus();
  };

  const showProblem = (form, problem) => {
    const { field } = FORMS[form];
    const error = (problem.errors || []).find(({ pointer }) => pointer === '#/' + field);
    if (!error) return showNotice(form, NOTICES[problem.code] || problem.detail || 'The server could not do this.');
    showError(field, WORDS[error.code] || error.detail.replace(field + ' ', ''));
    byId(field).focus();
  };

  const finish = (form) => {
    history.replaceState(null, '', location.pathname);
    byId(FORMS[form].field).value = '';
    byId(form).hidden = true;
    const [title, text] = FORMS[form].done;
    byId('done-title').textContent = title;
    byId('done-text').textContent = text;
    byId('done').hidden = false;
    byId('done-title').focus();
  };

  const send = async (form) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(FORMS[form].body());
    const answer = await fetch('/api/v1/auth/password/' + form, { method: 'POST', headers, body });
    if (answer.ok) finish(form);
    else showProblem(form, await answer.json());
  };

  for (const form of Object.keys(FORMS)) {
    byId(form).addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = event.target.querySelector('button');
      if (button.getAttribute('aria-disabled') === 'true') return;
      showNotice(form, '');
      showError(FORMS[form].field, '');
      button.setAttribute('aria-disabled', 'true');
      await send(form).catch(() => showNotice(form, NOTICES.offline));
      button.removeAttribute('aria-disabled');
    });
  }

  byId('show').addEventListener('change', ({ target }) => {
    byId('newPassword').type = target.checked ? 'text' : 'password';
  });

  byId(token ? 'reset' : 'forgot').hidden = false;
})();
`;
