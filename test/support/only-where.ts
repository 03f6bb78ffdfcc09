type Body = jest.ProvidesCallback;

/**
 * `it`, where `condition` holds; elsewhere the test is skipped, with `reason` in its name for the list at the run's end.
 * @example const itWithDocker = onlyWhere(hasDocker, 'no docker client here');
 */
export function onlyWhere(
  condition: boolean,
  reason: string,
): (name: string, body: Body, timeout?: number) => void {
  if (condition) return (name, body, timeout) => it(name, body, timeout);
  return (name, body, timeout) => it.skip(`${name} (skipped: ${reason})`, body, timeout);
}
