declare module '@20minutes/s3rver' {
  import type { RequestListener, Server } from 'node:http';

  /** The part of it that the tests use. */
  export default class S3rver {
    /** Once it runs. */
    readonly httpServer: Server;
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      allowMismatchedSignatures: boolean;
      directory: string;
      configureBuckets: { name: string; configs: string[] }[];
    });
    run(): Promise<unknown>;
    close(): Promise<void>;
    callback(): RequestListener;
  }
}
