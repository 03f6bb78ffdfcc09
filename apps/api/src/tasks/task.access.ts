/** SQL for who may, over a task's alias. `viewer` and `admin` are placeholders: the viewer's id, and whether they administer. */
interface ViewerSql {
  readonly viewer: string;
  readonly admin: string;
}

/** Everybody sees every task that was not deleted. */
export function visible(alias: string): string {
  return `${alias}.deleted_at IS NULL`;
}

/** It was deleted, and not longer ago than `days`, a placeholder. Nobody sees it but those who may restore it. */
export function restorable(alias: string, days: string, by: ViewerSql): string {
  return `(${alias}.deleted_at > now() - make_interval(days => ${days}::int) AND ${deletable(alias, by)})`;
}

/** Its creator and its assignee may change a task. */
export function editable(alias: string, { viewer, admin }: ViewerSql): string {
  return `(${admin}::boolean OR ${alias}.created_by = ${viewer}::uuid OR ${alias}.assigned_to = ${viewer}::uuid)`;
}

/** Its creator may delete a task. */
export function deletable(alias: string, { viewer, admin }: ViewerSql): string {
  return `(${admin}::boolean OR ${alias}.created_by = ${viewer}::uuid)`;
}
