const MAX_LENGTH = 255;
const CONTROL = /\p{Cc}/u;
const SEPARATOR = /[/\\]/;

/**
 * What is wrong with a file's name; undefined: nothing. It is kept to the letter or refused, so that what is downloaded
 * has the name of what was uploaded. Its length counts code points, as VARCHAR(255) does.
 */
export function filenameError(name: string): { code: string; detail: string } | undefined {
  const length = [...name].length;
  if (length > MAX_LENGTH)
    return { code: 'too_long', detail: `the file name must have at most ${MAX_LENGTH} characters` };
  if (!name.isWellFormed() || CONTROL.test(name)) {
    return { code: 'bad_format', detail: 'the file name must not contain control characters' };
  }
  if (SEPARATOR.test(name) || name === '.' || name === '..') {
    return { code: 'bad_format', detail: 'the file name must not contain a path' };
  }
  if (name.trim() === '') return { code: 'required', detail: 'the file needs a name' };
  return undefined;
}
