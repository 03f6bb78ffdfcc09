import { first, type Queryable } from '@app/database';
import { refuse, type Standing } from '../common/http/refusal';
import { FeatureNotFound } from './feature.errors';
import { FEATURE_STANDING } from './feature.queries';

/**
 * Says why a guarded write or a read of something below a feature found nothing, when it is the feature's doing.
 * @param versions row versions of the feature that the change may be based on; null: any
 * @throws FeatureNotFound, PreconditionFailed
 */
export async function refuseFeature(
  on: Queryable,
  id: string,
  versions: readonly string[] | null = null,
): Promise<void> {
  const standing = await first<Standing>(on, FEATURE_STANDING, [id]);
  refuse(standing, FeatureNotFound, versions);
}
