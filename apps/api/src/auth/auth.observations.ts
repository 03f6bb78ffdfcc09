import { Observation } from '../common/observation';

/** `refused`: name or password were wrong, or the account may not sign in. `limited`: there were too many attempts. */
export type SignInOutcome = 'accepted' | 'refused' | 'limited';

export const signInsJudged = new Observation<{ readonly outcome: SignInOutcome }>('sign-in:judged');
