/** SQL for who may, over a task's alias. `viewer` and `admin` are placeholders: the viewer's id, and whether they administer. */
interface ViewerSql {
  readonly viewer: string;
  readonly admin: string;
}

/** Everybody sees every task that was not deleted. */
export function visible(alias: string): string {
  return `${alias}.deleted_at IS NULL`;
}

/** Its creator and its assignee may change a task. */
export function editable(alias: string, { viewer, admin }: ViewerSql): string {
  return `(${admin}::boolean OR ${alias}.created_by = ${viewer}::uuid OR ${alias}.assigned_to = ${viewer}::uuid)`;
}

/** Its creator may delete a task. */
export function deletable(alias: string, { viewer, admin }: ViewerSql): string {
  return `(${admin}::boolean OR ${alias}.created_by = ${viewer}::uuid)`;
}
