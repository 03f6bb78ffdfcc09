import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fuse } from '../cli/fuse';
import { freePort } from '../support/free-port';
import { onlyWhere } from '../support/only-where';
import { groupingOf, selectorsOf } from '../support/promql';
import { ReplicatedCluster } from '../support/replicated-cluster';
import { Scrape } from '../support/scrape';
import { ServerProcess } from '../support/server-process';
import { until } from '../support/until';

const ROOT = join(__dirname, '../..');
const ALERTS = join(ROOT, 'ops/prometheus/fuse-alerts.yml');
const GUIDE = join(ROOT, 'docs/operations/observability.md');
/** Prometheus itself has them. */
const OWN = { metrics: ['up'], labels: ['instance', 'job', 'le'] };
/** Only there with several processes. */
const WORKER = 'worker';
const PROMTOOL = spawnSync('promtool', ['--version']).status === 0;
const itWithPromtool = onlyWhere(PROMTOOL, 'no promtool here: it comes with the Debian package prometheus');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

const rulesOf = (text: string): Rule[] =>
  (parse(text) as { groups: Array<{ rules: Rule[] }> }).groups.flatMap(({ rules }) => rules);

interface Panel {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>;
}

let cluster: ReplicatedCluster;
let folder: string;
let server: ServerProcess;
let port: number;
let scrape: Scrape;

const readDashboard = async () =>
  JSON.parse(await readFile(join(ROOT, 'ops/grafana/fuse-dashboard.json'), 'utf8')) as { panels: Panel[] };

beforeAll(async () => {
  cluster = await ReplicatedCluster.start();
  folder = await mkdtemp(join(tmpdir(), 'fuse-test-'));
  port = await freePort();
  const settings = {
    DATABASE_URL: cluster.primaryUrl,
    JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
    DATA_DIR: folder,
    BACKUP_TO: join(folder, 'backups'),
  };
  server = ServerProcess.spawn(await freePort(), {
    ...settings,
    BACKUP_SCHEDULE: 'off',
    DATABASE_REPLICA_URL: cluster.replicaUrl,
    METRICS_PORT: String(port),
    ADMIN_USERNAME: 'root-admin',
    ADMIN_EMAIL: 'admin@example.org',
    ADMIN_PASSWORD: 'a password for tests',
  });
  await server.ready();
  const made = await fuse(settings, ['backup', '--to', settings.BACKUP_TO]);
  expect(made.code).toBe(0);
  await server.client.post('/auth/login', { login: 'admin@example.org', password: 'a password for tests' });
  scrape = await until(async () => {
    const now = await Scrape.of(port);
    return now.sum('http_request_duration_seconds_count') > 0 && now;
  });
});
afterAll(async () => {
  await server.stop();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What an expression asks for that no scrape answers. */
function unknownIn(expression: string): string[] {
  return selectorsOf(expression).flatMap(({ metric, labels }) => {
    if (OWN.metrics.includes(metric)) return [];
    const samples = scrape.find(metric);
    if (samples.length === 0) return [metric];
    const has = (label: string, value: string | undefined) =>
      samples.some(
        (sample) => label in sample.labels && (value === undefined || sample.labels[label] === value),
      );
    return Object.entries(labels)
      .filter(([label]) => !OWN.labels.includes(label))
      .filter(([label, value]) => !has(label, label === 'status_code' ? undefined : value))
      .map(([label, value]) => `${metric}{${label}="${value}"}`);
  });
}

const labelsThereAre = () => [
  ...new Set(scrape.samples.flatMap(({ labels }) => Object.keys(labels))),
  ...OWN.labels,
  WORKER,
];

describe('ops/grafana/fuse-dashboard.json', () => {
  it('asks for metrics and labels that a server exposes', async () => {
    const { panels } = await readDashboard();
    const targets = panels.flatMap(({ targets: of = [] }) => of);
    expect(targets.length).toBeGreaterThan(30);
    for (const { expr, legendFormat } of targets) {
      const expression = expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*');
      expect([expr, unknownIn(expression)]).toEqual([expr, []]);
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(labelsThereAre()).toEqual(expect.arrayContaining([...named, ...groupingOf(expression)]));
    }
  });

  it('has panels that fit beside each other, each with an id of its own', async () => {
    const { panels } = await readDashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});

describe('ops/prometheus/fuse-alerts.yml', () => {
  it('asks for metrics and labels that a server exposes', async () => {
    for (const { alert, expr } of rulesOf(await readFile(ALERTS, 'utf8'))) {
      expect([alert, unknownIn(expr)]).toEqual([alert, []]);
      expect(labelsThereAre()).toEqual(expect.arrayContaining(groupingOf(expr)));
    }
  });

  it('leads to what is to be done about each', async () => {
    const guide = await readFile(GUIDE, 'utf8');
    const headings = [...guide.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
    for (const { alert, annotations } of rulesOf(await readFile(ALERTS, 'utf8'))) {
      const [page, anchor = ''] = annotations.runbook.split('#');
      expect([alert, page, headings.includes(anchor)]).toEqual([
        alert,
        'docs/operations/observability.md',
        true,
      ]);
    }
  });

  itWithPromtool('is what Prometheus takes', () => {
    const config = join(ROOT, 'ops/prometheus/prometheus.yml');
    const { status, stderr } = spawnSync('promtool', ['check', 'config', config], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the metrics', () => {
  it('tell how far the replica is behind', async () => {
    const lag = async () => (await Scrape.of(port)).find('fuse_database_replica_lag_seconds')[0]?.value;
    await until(async () => (await lag()) === 0);
    await cluster.pause();
    await server.client.post('/auth/login', { login: 'admin@example.org', password: 'a password for tests' });
    await until(async () => ((await lag()) ?? 0) > 0);
    await cluster.resume();
    await until(async () => (await lag()) === 0);
  });

  it('tell of a job that runs when it is due', async () => {
    const late = { job_name: 'clearing' };
    expect((await Scrape.of(port)).sum('fuse_job_runs_total', late)).toBe(0);
    await cluster.onPrimary(
      `UPDATE scheduled_jobs SET due_at = now() - interval '1 hour' WHERE name = 'clearing'`,
    );
    expect((await Scrape.of(port)).sum('fuse_job_overdue_seconds', late)).toBeGreaterThan(3500);
    const after = await until(async () => {
      const now = await Scrape.of(port);
      return now.sum('fuse_job_runs_total', { ...late, outcome: 'succeeded' }) === 1 && now;
    });
    expect(after.sum('fuse_job_duration_seconds_count', late)).toBe(1);
    const ended = await until(async () => {
      const now = await Scrape.of(port);
      return now.sum('fuse_job_running', late) === 0 && now;
    });
    expect(ended.sum('fuse_job_overdue_seconds', late)).toBe(0);
    expect(ended.sum('fuse_job_last_success_timestamp_seconds', late)).toBeGreaterThan(
      Date.now() / 1000 - 600,
    );
    expect(ended.sum('fuse_job_last_failure_timestamp_seconds', late)).toBe(0);
  });

  it('tell of no backup job where the server makes none by itself', async () => {
    await cluster.onPrimary(
      `INSERT INTO scheduled_jobs (name, due_at) VALUES ('backup', now() - interval '1 day')`,
    );
    expect((await Scrape.of(port)).find('fuse_job_overdue_seconds', { job_name: 'backup' })).toEqual([]);
  });

  it('tell that the storage of files can be used', () => {
    expect(scrape.sum('fuse_storage_up')).toBe(1);
  });

  it('tell how old the newest backup is, and that none was verified', () => {
    expect(scrape.sum('fuse_backup_place_up')).toBe(1);
    expect(scrape.sum('fuse_backup_age_seconds')).toBeLessThan(3600);
    expect(scrape.sum('fuse_backup_verified_age_seconds')).toBe(Infinity);
  });

  itWithPromtool('are what Prometheus takes', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: scrape.text,
      encoding: 'utf8',
    });
    // Names that prom-client has made usual, and promtool would name otherwise; 1 is an error, 3 advice.
    const advice = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.startsWith('fuse_') || line.startsWith('http_'));
    expect([status === 1, advice]).toEqual([false, []]);
  });

  it('are listed in docs/operations/observability.md', async () => {
    const guide = await readFile(GUIDE, 'utf8');
    const table = /(\| Metric [^\n]*\n\| -[^\n]*\n)((?:\| `[^\n]*\n)*)/;
    const rows = [...scrape.families].map(([name, { type, help }]) => `| \`${name}\` | ${type} | ${help} |`);
    if (process.env['UPDATE_DOCS'] === '1')
      await writeFile(
        GUIDE,
        guide.replace(table, (_all, head: string) => `${head}${rows.join('\n')}\n`),
      );
    const [, , listed = ''] = table.exec(await readFile(GUIDE, 'utf8')) ?? [];
    const squeezed = listed
      .trim()
      .split('\n')
      .map((row) => row.replaceAll(/ +/g, ' '));
    expect(squeezed.toSorted()).toEqual(rows.map((row) => row.replaceAll(/ +/g, ' ')).toSorted());
  });
});
