import { Observation } from '../common/observation';

/** A file began to come in, or is no longer coming: it is stored, was refused, or its sender is gone. */
export const uploadsObserved = new Observation<{ readonly step: 'begun' | 'ended' }>('upload');
