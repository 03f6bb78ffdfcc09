import { spanNameOf } from './statement-spans';

describe('spanNameOf', () => {
  it.each([
    ['SELECT id FROM tasks WHERE id = $1', 'SELECT tasks'],
    ['INSERT INTO events (type) VALUES ($1)', 'INSERT events'],
    ['WITH changed AS (UPDATE tasks SET title = $1 RETURNING *) SELECT * FROM changed', 'UPDATE tasks'],
    ['DELETE FROM "sessions" WHERE id = $1', 'DELETE sessions'],
    ['SELECT id, EXISTS (SELECT 1 FROM sessions WHERE user_id = (users.id)) FROM users', 'SELECT users'],
    ['WITH found AS (SELECT * FROM tasks) SELECT (SELECT count(*) FROM found)', 'SELECT tasks'],
    ['BEGIN', 'BEGIN'],
    ['SELECT 1', 'SELECT'],
    ["SET lock_timeout = '10s'", 'SET'],
  ])('calls %s %s', (sql, name) => expect(spanNameOf(sql)).toBe(name));
});
