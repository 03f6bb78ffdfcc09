import { defineProblem } from '../common/errors/problem';

export const FeatureNotFound = defineProblem(
  404,
  'feature_not_found',
  'There is no such feature',
  'It never was, or it was deleted.',
);
export const UnknownStage = defineProblem(
  422,
  'unknown_stage',
  'There is no such stage',
  'The stage is not in the list that this installation is configured with; `stages` holds that list, in order.',
);
export const StageChanged = defineProblem(
  409,
  'stage_changed',
  'The feature is in another stage by now',
  '`fromStage` is no longer where the feature is; `currentStage` is. Look at the feature again, and decide anew.',
);
export const AlreadyInStage = defineProblem(
  409,
  'already_in_stage',
  'The feature is in that stage already',
  'A transition leads from one stage to another. Perhaps somebody else made the same move a moment ago.',
);
export const BlockedByDependencies = defineProblem(
  409,
  'blocked_by_dependencies',
  'Features that this one depends on are not completed',
  '`blockedBy` lists them. A `finish_to_start` dependency keeps a feature in the first stage, a `finish_to_finish` dependency out of the final one. An admin may `force` the move.',
);
export const HasDependents = defineProblem(
  409,
  'has_dependents',
  'Other features depend on this one',
  '`dependents` lists them (the first 100 by name; `total` counts all). Remove those dependencies first.',
);
export const DependencyCycle = defineProblem(
  409,
  'dependency_cycle',
  'The dependency would close a cycle',
  'The feature would depend on itself, directly or through others. `path` holds the ids along the cycle, each depending on the next; the first and the last are the same.',
);
export const DependencyNotFound = defineProblem(
  404,
  'dependency_not_found',
  'The feature does not depend on that one',
  'Both features are there, but no dependency leads from the first to the second.',
);
export const TooManyDependencies = defineProblem(
  422,
  'too_many_dependencies',
  'The feature depends on too many others',
  'A feature may depend on up to 1,000 others directly.',
);
export const MetricsNotFound = defineProblem(
  404,
  'metrics_not_found',
  'The feature has no metrics',
  'None were given yet, or they were deleted.',
);
export const TaskNotLinked = defineProblem(
  404,
  'task_not_linked',
  'The task is not part of the feature',
  'Both are there, but the task is not linked to the feature.',
);
export const TooManyTasks = defineProblem(
  422,
  'too_many_tasks',
  'The feature has too many tasks',
  'Up to 1,000 tasks may be linked to a feature.',
);
export const CachedExceedInput = defineProblem(
  422,
  'cached_tokens_exceed_input',
  'More tokens came from a cache than were read',
  '`cachedTokens` says how many of `inputTokens` came from a cache. Where a provider counts them apart, add them to `inputTokens`.',
);
