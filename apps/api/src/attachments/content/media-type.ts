const TOKEN = `[\\w!#$%&'*+.^\`|~-]+`;
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}/${TOKEN}([ \\t]*;[ \\t]*${TOKEN}=(${TOKEN}|"[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*"))*$`,
);
const MAX_LENGTH = 255;

/** The media type that an uploaded part claims, where it has the form of one. It is told to others, never acted upon. */
export function mediaType(claimed: string | undefined): string {
  if (claimed === undefined || claimed.length > MAX_LENGTH || !MEDIA_TYPE.test(claimed)) {
    return 'application/octet-stream';
  }
  const [type = ''] = claimed.split(';', 1);
  return type.toLowerCase() + claimed.slice(type.length);
}
