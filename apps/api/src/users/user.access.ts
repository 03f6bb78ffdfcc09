import type { Viewer } from '../auth/viewer';
import { Forbidden } from '../common/errors/common.errors';

/**
 * Links to set a password go to the address of an account, so who may write that can take the account over: an API token may
 * not, whatever its scopes. @throws Forbidden
 */
export function refuseEmailByToken({ scopes }: Pick<Viewer, 'scopes'>, email: string | undefined): void {
  if (scopes !== null && email !== undefined)
    throw Forbidden.error('Changing the email takes a session; an API token will not do');
}
