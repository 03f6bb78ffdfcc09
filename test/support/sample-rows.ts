/** Rows for every table of the schema reference, with the values and gaps that only a hand-made database has. */
export const SAMPLE_ROWS = `
INSERT INTO users (id, username, email, password_hash, created_at, updated_at, status, role) VALUES
  ('00000000-0000-4000-8000-000000000001', 'ada', 'ada@example.org', 'x', '2020-01-02 03:04:05.123456+00', '2020-02-02 03:04:05.654321+00', 'active', 'admin'),
  ('00000000-0000-4000-8000-000000000002', 'zoë 🚀', 'zoe@example.org', 'y', NULL, '2021-01-01 00:00:00+00', NULL, NULL);
INSERT INTO tasks (id, title, status, priority, created_by, assigned_to, created_at, updated_at) VALUES
  ('00000000-0000-4000-8000-000000000011', repeat('t', 255), 'completed', 4, '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', '2020-03-01 00:00:00.000001+00', '2020-03-02 00:00:00+00'),
  ('00000000-0000-4000-8000-000000000012', 'gaps', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO messages (id, content, sender_id, task_id, type, status, updated_at) VALUES
  ('00000000-0000-4000-8000-000000000021', 'hello', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000011', NULL, NULL, '2020-04-01 00:00:00+00');
INSERT INTO attachments (id, filename, file_path, size_bytes, message_id, task_id, uploaded_by, created_at) VALUES
  ('00000000-0000-4000-8000-000000000031', 'a.txt', '/a', 9007199254740993, '00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', NULL);
INSERT INTO features (id, name, description, current_stage, start_time, last_updated, completion_percentage) VALUES
  ('00000000-0000-4000-8000-000000000041', 'f', '', 'design', '2020-05-01 00:00:00+00', NULL, NULL);
INSERT INTO code_metrics (id, feature_id, lines_of_code, tokens_used, modified_files) VALUES
  ('00000000-0000-4000-8000-000000000051', '00000000-0000-4000-8000-000000000041', NULL, NULL, '{}');
INSERT INTO stage_transitions (id, feature_id, from_stage, to_stage, timestamp, duration) VALUES
  ('00000000-0000-4000-8000-000000000062', '00000000-0000-4000-8000-000000000041', 'planning', 'design', '2020-05-02 00:00:00+00', 9007199254740993),
  ('00000000-0000-4000-8000-000000000061', '00000000-0000-4000-8000-000000000041', NULL, 'planning', '2020-05-01 00:00:00+00', NULL);
`;
