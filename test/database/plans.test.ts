import { Client } from 'pg';
import {
  createTestDatabase,
  type PageRequest,
  type Queryable,
  type Statement,
  type TestDatabase,
} from '@app/database';
import { taskList } from '../../apps/api/src/tasks/task.queries';

const TASKS = 20_000;
const PEOPLE = 10;

/** Each value of a filter has a known share of the rows; nothing is in the order of anything else. */
const SEED = [
  `INSERT INTO users (username, email, password_hash)
   SELECT 'user' || i, 'user' || i || '@example.org', '!' FROM generate_series(1, ${PEOPLE}) i`,
  `INSERT INTO tasks (title, description, status, priority, created_by, assigned_to, created_at, updated_at, completed_at, due_date)
   SELECT 'Task ' || md5(i::text), CASE WHEN i % 2 = 0 THEN 'work' ELSE 'rest' END,
          (ARRAY['pending','in_progress','blocked','completed','cancelled'])[1 + i % 5], i / 7 % 5,
          c.id, a.id, timestamptz '2026-01-01Z' + i * interval '7 seconds',
          timestamptz '2026-01-01Z' + (i * 7919 % ${TASKS}) * interval '11 seconds',
          CASE WHEN i % 5 = 3 THEN timestamptz '2026-02-01Z' + (i * 104729 % ${TASKS}) * interval '1 second' END,
          CASE WHEN i % 3 = 0 THEN timestamptz '2026-06-01Z' + (i * 15485863::bigint % ${TASKS}) * interval '1 minute' END
   FROM generate_series(1, ${TASKS}) i
   JOIN (SELECT id, row_number() OVER () - 1 AS n FROM users) c ON c.n = i % ${PEOPLE}
   LEFT JOIN (SELECT id, row_number() OVER () - 1 AS n FROM users) a ON a.n = i * 13 % ${PEOPLE} AND i % 4 <> 0`,
  `VACUUM ANALYZE`,
];

interface Asked {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** Answers nothing itself, and remembers what it was asked. */
class Listening implements Queryable {
  readonly asked: Asked[] = [];

  constructor(private readonly client: Client) {}

  async query<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    this.asked.push({ statement, values });
    const { rows } = await this.client.query<Row>(statement.text, [...values]);
    return rows;
  }
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

describe('the plans of GET /tasks', () => {
  let database: TestDatabase;
  let client: Client;
  let person: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client(database.url);
    await client.connect();
    for (const sql of SEED) await client.query(sql);
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM users WHERE username = 'user7'`);
    person = rows[0]?.id ?? '';
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** The plan with which a connection of the statement's lane would run it. */
  async function explain({ statement, values }: Asked, mode: string): Promise<PlanNode[]> {
    await client.query(`SET plan_cache_mode = ${mode}`);
    await client.query(`DEALLOCATE ALL`);
    await client.query(`PREPARE asked AS ${statement.text}`);
    const literals = values.map((value) =>
      client.escapeLiteral(Array.isArray(value) ? `{${value.join()}}` : String(value)),
    );
    const call = `EXECUTE asked${literals.length ? `(${literals.join()})` : ''}`;
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (FORMAT JSON) ${call}`,
    );
    await client.query(`RESET plan_cache_mode`);
    return rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan));
  }

  /** The statements of the first page and of one deep in the list. */
  async function statementsOf(request: Omit<PageRequest, 'limit'>): Promise<Asked[]> {
    const on = new Listening(client);
    const first = await taskList.page(on, { ...request, limit: 20 });
    let page = first;
    for (let i = 0; i < 5 && page.nextCursor !== null; i++)
      page = await taskList.page(on, { ...request, limit: 100, cursor: page.nextCursor });
    expect(on.asked.length).toBeGreaterThan(1);
    return [on.asked[0], on.asked.at(-1)].filter((each) => each !== undefined);
  }

  async function expectIndexAlone(request: Omit<PageRequest, 'limit'>): Promise<void> {
    for (const asked of await statementsOf(request)) {
      const { lane } = asked.statement;
      const modes = lane === 'pages' ? ['force_custom_plan', 'force_generic_plan'] : ['force_custom_plan'];
      for (const mode of modes) {
        const nodes = await explain(asked, mode);
        const types = nodes.map((node) => node['Node Type']);
        const told = [mode, asked.statement.text.slice(-220), ...types];
        expect([told, types.filter((type) => /Sort|Seq Scan/.test(type))]).toEqual([told, []]);
        expect([told, types.filter((type) => /Index (Only )?Scan/.test(type)).length]).toEqual([told, 1]);
      }
    }
  }

  const filters: [string, () => unknown][] = [
    ['status', () => ['blocked']],
    ['status', () => ['blocked', 'pending']],
    ['priority', () => [2]],
    ['priority', () => [1, 2]],
    ['priorityMin', () => 3],
    ['priorityMax', () => 1],
    ['assignedTo', () => [person]],
    ['assignedTo', () => [null]],
    ['createdBy', () => [person]],
    ['dueBefore', () => '2026-06-10T00:00:00Z'],
    ['dueAfter', () => '2026-06-10T00:00:00Z'],
    ['overdue', () => false],
    ['createdSince', () => '2026-01-01T12:00:00Z'],
    ['updatedSince', () => '2026-01-02T12:00:00Z'],
  ];
  it.each(filters)('walk one index when filtered by %s', async (name, value) => {
    await expectIndexAlone({ filters: { [name]: value() } });
  });

  const keys = ['createdAt', 'updatedAt', 'priority', 'dueDate', 'completedAt', 'title'];
  it.each(keys.flatMap((key) => [key, `-${key}`]))('walk one index when sorted by %s', async (key) => {
    await expectIndexAlone({ sort: [key], filters: {} });
  });

  it('find words in the index of words', async () => {
    const [first] = await statementsOf({ filters: { q: 'work' }, sort: ['-createdAt'] });
    const nodes = first ? await explain(first, 'force_custom_plan') : [];
    expect(nodes.map((node) => node['Node Type']).filter((type) => type === 'Seq Scan')).toEqual([]);
  });
});
