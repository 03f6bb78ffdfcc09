const MINIMUM = [20, 19];

/** Ends the process with a plain sentence when this Node is older than the oldest that can start the project. */
export function checkNodeVersion(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  process.stderr.write(
    `The New Fuse needs Node ${MINIMUM.join('.')} or newer to start; this is Node ${version}.\n` +
      'Install a current one (https://nodejs.org) and run the same command again.\n',
  );
  process.exit(1);
}
