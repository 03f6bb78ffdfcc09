/** The worker beside this file, as a pool takes it. Under Jest, whose module system ends with its thread, another file says more. */
export const WORKER: { readonly filename: string; readonly execArgv?: string[] } = {
  filename: require.resolve('./worker'),
};
