/** The environment for a program of another's, with some of its settings changed; undefined: without it. */
export function childEnvironment(changes: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}
