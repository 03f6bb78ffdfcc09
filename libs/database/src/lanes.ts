import type { ClientConfig } from 'pg';
import { Pipeline } from './pipeline';
import type { Lane } from './statement';

/** Connections that short reads share, of each kind. */
const LANES = 2;
/** A read that takes longer than this does not belong on a shared connection. */
const LANE_TIMEOUT_MS = 10_000;
/** A server that does not even say that it took too long is given up. */
const LANE_SILENCE_MS = LANE_TIMEOUT_MS + 2000;

/** The shared connections of each kind; none is made before it is needed. */
export function openLanes(config: ClientConfig): Readonly<Record<Lane, Pipeline>> {
  const bounded = `${config.options ?? ''} -c statement_timeout=${LANE_TIMEOUT_MS}`;
  const lane = (options: string) =>
    new Pipeline({ ...config, options, query_timeout: LANE_SILENCE_MS }, LANES);
  return {
    rows: lane(bounded),
    pages: lane(bounded),
    planned: lane(`${bounded} -c plan_cache_mode=force_custom_plan`),
  };
}
