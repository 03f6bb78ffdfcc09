import { statement } from '@app/database';
import { eventOf } from '../../events/outbox';
import { visible } from '../../tasks/task.access';

const ITEM = `json_build_object('featureId', l.feature_id, 'taskId', l.task_id, 'title', t.title, 'status', t.status,
  'createdAt', l.created_at)`;

/** $1 feature. */
export const LINKED_TASKS = statement(`
  SELECT coalesce(json_agg(${ITEM} ORDER BY l.created_at, l.task_id), '[]')::text AS items
  FROM feature_tasks l JOIN tasks t ON t.id = l.task_id WHERE l.feature_id = $1 AND ${visible('t')}`);

/** $1 feature, $2 task. */
export const LINKED_TASK = statement(`
  SELECT ${ITEM}::text AS json
  FROM feature_tasks l JOIN tasks t ON t.id = l.task_id WHERE l.feature_id = $1 AND l.task_id = $2`);

/** $1 feature, $2 task: which are there, whether they are linked, and how many tasks the feature has. */
export const LINK_STANDING = statement(`
  SELECT EXISTS (SELECT FROM features WHERE id = $1) AS feature,
         EXISTS (SELECT FROM tasks t WHERE t.id = $2 AND ${visible('t')}) AS task,
         EXISTS (SELECT FROM feature_tasks WHERE feature_id = $1 AND task_id = $2) AS linked,
         (SELECT count(*)::int FROM feature_tasks WHERE feature_id = $1) AS count`);

const EVENT = {
  actor: '$1',
  requestId: '$2',
  data: `jsonb_build_object('taskId', changed.task_id)`,
};

/** $1 viewer, $2 request id, $3 feature, $4 task. Under the feature's lock. */
export const LINK_TASK = statement(`
  WITH changed AS (
    INSERT INTO feature_tasks (feature_id, task_id) VALUES ($3, $4) RETURNING feature_id AS id, task_id
  ), event AS (${eventOf('feature.task_linked', 'changed', EVENT)})
  SELECT id FROM changed`);

/** $1 viewer, $2 request id, $3 feature, $4 task. The feature is locked before the link, as everywhere: it is written behind it. */
export const UNLINK_TASK = statement(`
  WITH feature AS (
    SELECT id FROM features WHERE id = $3 FOR NO KEY UPDATE
  ), changed AS (
    DELETE FROM feature_tasks l USING feature WHERE l.feature_id = feature.id AND l.task_id = $4
    RETURNING l.feature_id AS id, l.task_id
  ), event AS (${eventOf('feature.task_unlinked', 'changed', EVENT)})
  SELECT id FROM changed`);
