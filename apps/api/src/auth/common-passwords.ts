import type { dictionary } from '@zxcvbn-ts/language-common';

const LIST = 'passwords-common';

/** Words that whoever attacks this product tries first, whatever digits and signs are around them; docs/security.md has them. */
export const CONTEXT_WORDS: readonly string[] = [
  ...['fuse', 'newfuse', 'thenewfuse', 'fuseadmin', 'fusepassword'],
  ...['admin', 'administrator', 'root', 'user', 'agent', 'viewer', 'guest', 'test', 'login'],
  ...['password', 'passwort', 'passwd', 'passphrase', 'secret', 'changeme', 'welcome', 'letmein'],
];

let common: ReadonlySet<string> | undefined;

/** Whether a password is among the first that attackers try, in whatever case. The list is read when it is first needed. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  const letters = lower.replaceAll(/\P{L}/gu, '');
  common ??= new Set(load()[LIST].map((each) => each.toLowerCase()));
  return common.has(lower) || CONTEXT_WORDS.includes(letters);
}

function load(): typeof dictionary {
  return (require('@zxcvbn-ts/language-common') as { dictionary: typeof dictionary }).dictionary;
}
