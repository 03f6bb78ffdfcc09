import { Client } from 'pg';
import { markdown } from './results';
import type { Subjects } from './seed';
import * as SQL from './yardstick-sql';

interface Floor {
  readonly name: string;
  readonly statementsPerSecond: number;
}

interface Asked {
  readonly name: string;
  readonly statement: { readonly name: string; readonly text: string };
  readonly values: (i: number) => unknown[];
}

function asked({ tasks, users, features }: Subjects): Asked[] {
  const of = (ids: readonly string[], i: number) => ids[i % ids.length];
  const statuses = ['pending', 'in_progress', 'blocked', 'completed', 'cancelled'];
  return [
    { name: 'task by id', statement: SQL.TASK, values: (i) => [of(tasks, i)] },
    { name: 'feature metrics', statement: SQL.METRICS, values: (i) => [of(features, i)] },
    { name: 'tasks by status', statement: SQL.TASKS_BY_STATUS, values: (i) => [20, of(statuses, i)] },
    { name: 'tasks by assignee', statement: SQL.TASKS_BY_ASSIGNEE, values: (i) => [20, of(users, i)] },
    { name: 'messages of a task', statement: SQL.MESSAGES_OF_TASK, values: (i) => [20, of(tasks, i)] },
  ];
}

/** The yardstick's SQL by named prepared statements from this process alone: no HTTP, no session, no JSON of ours. */
export async function floor(
  url: string,
  subjects: Subjects,
  connections: number,
  seconds: number,
): Promise<Floor[]> {
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  const found: Floor[] = [];
  for (const { name, statement, values } of asked(subjects)) {
    const end = performance.now() + seconds * 1000;
    let done = 0;
    const worker = async (client: Client) => {
      for (; performance.now() < end; done++) await client.query({ ...statement, values: values(done) });
    };
    await Promise.all(clients.map(worker));
    found.push({ name, statementsPerSecond: done / seconds });
  }
  await Promise.all(clients.map((client) => client.end()));
  return found;
}

export function floorTable(found: readonly Floor[]): string {
  return markdown(
    ['floor: SQL alone', 'statements/s'],
    found.map(({ name, statementsPerSecond }) => [name, statementsPerSecond.toFixed(0)]),
  );
}
