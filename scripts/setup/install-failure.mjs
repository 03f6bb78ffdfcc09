const CAUSES = [
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'npm could not reach the package registry. Check the network (and the proxy, if there is one: npm config get proxy).',
  ],
  [/ENOSPC/, 'The disk is full: the packages need about 600 MB.'],
  [/EACCES|EPERM|EROFS/, 'npm may not write here. Check who owns this folder and its node_modules.'],
  [/EINTEGRITY/, 'A package arrived damaged. Run `npm cache clean --force`.'],
  [
    /\bEUSAGE\b|can only install packages when/,
    'package.json and package-lock.json disagree. Run `npm install`.',
  ],
  [/\bE40[13]\b/, 'The package registry refused access. Check the registry and its token in .npmrc.'],
  [/\bE404\b/, 'The package registry does not have one of the packages. Check the registry in .npmrc.'],
];

/** What a failed `npm ci` means and what to do, followed by the last lines that npm itself said. */
export function explainInstallFailure(output) {
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  const advice = cause ? `${cause[1]} Then run the same command again.` : 'npm says why:';
  const tail = output.trim().split('\n').slice(-15).join('\n');
  return `The packages could not be installed. ${advice}\n\n${tail}`;
}
