import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { connectionTo } from './data-source';
import { Database } from './database';
import { Replica } from './replica/replica';
import { ReplicatedDatabase } from './replica/replicated-database';

/** The pool that TypeORM made; the read path shares it, so that one setting bounds the connections. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}

export interface DatabaseSettings {
  /** The connections lead to a pooler that lends a server for one transaction at a time. */
  readonly pooled?: boolean | undefined;
  /** A streaming replica that takes reads. */
  readonly replica?: ReplicaSettings | undefined;
}

export interface ReplicaSettings {
  readonly url: string;
  /** Milliseconds that what others wrote may be late. */
  readonly maxLagMs: number;
  readonly log: (line: string) => void;
}

/** Gives every module the `Database`, and TypeORM's repositories for what is not hot. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** @param dataSource initialised and migrated; it is destroyed when the application closes */
  static forRoot(dataSource: DataSource, settings: DatabaseSettings = {}): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => dataSource.options,
          dataSourceFactory: () => Promise.resolve(dataSource),
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [DataSource],
          useFactory: (source: DataSource) => openPool(poolOf(source), settings),
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

function openPool(pool: Pool, { pooled = false, replica: settings }: DatabaseSettings): Database {
  if (!settings) return new Database(pool, { pooled });
  const { url, maxLagMs, log } = settings;
  const replica = new Replica(connectionTo(url), pool.options.max);
  return new ReplicatedDatabase(pool, { replica, maxLagMs, log, pooled });
}
