import type { ClientConfig } from 'pg';
import { type Alone, GroupCommit } from './group-commit';
import { Pipeline } from './pipeline';
import type { Lane } from './statement';

/** Connections that short statements share, of each kind. */
const LANES = 2;
/** A statement that takes longer than this does not belong on a shared connection. */
const LANE_TIMEOUT_MS = 10_000;
/** A write that waits longer for a row keeps its company waiting: it goes on alone. */
const COMPANY_TIMEOUT_MS = 200;

/** @param settings further options of the connections */
function bounded(config: ClientConfig, settings = ''): ClientConfig {
  const options = `${config.options ?? ''} -c statement_timeout=${LANE_TIMEOUT_MS}${settings}`;
  return { ...config, options };
}

/** The shared connections of each kind; none is made before it is needed. */
export function openLanes(config: ClientConfig): Readonly<Record<Lane, Pipeline>> {
  const lane = (settings?: string) => new Pipeline(bounded(config, settings), LANES);
  return {
    // Planned once for a handful of keys: the planner would rather look at those of each execution.
    rows: lane(' -c plan_cache_mode=force_generic_plan'),
    pages: lane(),
    planned: lane(' -c plan_cache_mode=force_custom_plan'),
  };
}

/** The connections of writes that are committed together. @param alone runs one in a transaction of its own */
export function openGroupCommit(config: ClientConfig, alone: Alone): GroupCommit {
  return new GroupCommit(bounded(config, ` -c lock_timeout=${COMPANY_TIMEOUT_MS}`), LANES, alone);
}
