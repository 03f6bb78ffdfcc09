/** Where commands that speak to a server find it, and as whom. */
export interface ClientSettings {
  readonly url: string | undefined;
  readonly token: string | undefined;
}

/** @param env unless given, the environment */
export function clientSettings(env: NodeJS.ProcessEnv = process.env): ClientSettings {
  return { url: env['FUSE_URL'], token: env['FUSE_TOKEN'] };
}
