import type { dictionary } from '@zxcvbn-ts/language-common';

const LIST = 'passwords-common';

let common: ReadonlySet<string> | undefined;

/** Whether a password is among the first that attackers try, in whatever case. The list is read when it is first needed. */
export function isCommonPassword(password: string): boolean {
  common ??= new Set(load()[LIST].map((each) => each.toLowerCase()));
  return common.has(password.toLowerCase());
}

function load(): typeof dictionary {
  return (require('@zxcvbn-ts/language-common') as { dictionary: typeof dictionary }).dictionary;
}
