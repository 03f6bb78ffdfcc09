import { Observation } from '../common/observation';

/** This process may run a job by the clock. */
export const jobAdded = new Observation<{ readonly name: string }>('job added');

/** A run of a job has ended. */
export const jobRan = new Observation<{
  readonly name: string;
  readonly seconds: number;
  readonly outcome: 'succeeded' | 'failed';
}>('job');
