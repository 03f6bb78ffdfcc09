import type { TestUser } from '../app';
import type { World } from './world';

/** A request that is ready to be sent. The path begins below `/api/v1`, or with `//` below the root. */
export interface Call {
  readonly path: string;
  readonly body?: unknown;
}

/** How one route is called successfully: what every structural test of the routes begins with. */
export interface Scenario {
  /**
   * Makes what the request needs, so that it succeeds when `actor`, whose role allows it, sends it. What has an owner
   * is made by `actor`, where they may make it.
   */
  prepare(world: World, actor: TestUser): Call | Promise<Call>;
  /** The request ends the actor's session or changes their account: send it as somebody made for it. */
  readonly consumesActor?: boolean;
}

/** By `METHOD /path` as the document writes it. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** A route that takes nothing but its path. */
export function plain(path: string): Scenario {
  return { prepare: () => ({ path }) };
}
