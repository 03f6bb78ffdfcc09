import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { Database, poolOf } from '@app/database';
import { isUuidText } from '../common/fields/fields';
import { isTimestamp } from '../common/fields/timestamp';
import { ForecastPlots } from '../features/forecast/forecast-plots.service';
import { type Step, STEPS } from '../features/forecast/dto/backtest.query';
import { loadConfig } from '../config/config';
import { WrongUsage } from './cli.errors';
import { backtestLines } from './forecast-backtest';
import { type Io, print } from './io';
import { withSchema } from './with-database';

interface BacktestOptions {
  readonly ageHours?: number;
  readonly cases?: number;
  readonly trials?: number;
  readonly without?: readonly Step[];
}

interface PlotOptions {
  readonly feature?: readonly string[];
  readonly backtest?: boolean;
  readonly history?: boolean;
  readonly anew?: boolean;
  readonly asOf?: string;
  readonly out?: string;
}

export function addForecastCommand(program: Command, io: Io): void {
  const forecast = program.command('forecast').description('when features will be completed');
  forecast
    .command('backtest')
    .description('how forecasts of the past held, as a table')
    .option('--age-hours <hours>', 'forecast each feature when it is so old; default: as it begins', whole)
    .option('--cases <count>', 'at most so many features, the latest; default: 500', whole)
    .option('--trials <count>', 'how often the future is drawn for each; default: 2000', whole)
    .addOption(
      new Option('--without <step...>', 'leave steps of the model out, to see what they bring').choices(
        STEPS,
      ),
    )
    .action((options: BacktestOptions) => backtest(io, options));
  forecast
    .command('plot')
    .description('draw a forecast, how it moved, or how forecasts of the past held, as SVG')
    .option('--feature <id...>', 'these features; default: all open ones')
    .option('--backtest', 'draw how forecasts of the past held')
    .option('--history', 'draw how the stored forecasts of the feature moved, day by day')
    .option('--anew', 'with --history: what would have been forecast each day, whatever is stored')
    .option('--as-of <moment>', 'a forecast with what was known then (RFC 3339); default: now')
    .option('--out <file>', 'write to this file; default: standard output')
    .action((options: PlotOptions) => plot(io, options));
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new WrongUsage(`A whole number is needed, not ${text}`);
  return Number(text);
}

async function backtest(io: Io, options: BacktestOptions): Promise<void> {
  const { ageHours = 0, cases = 500, trials = 2000, without = [] } = options;
  const fits = ageHours <= 87_600 && cases >= 1 && cases <= 10_000 && trials >= 100 && trials <= 10_000;
  if (!fits) throw new WrongUsage('--age-hours is at most 87600, --cases 1 to 10000, --trials 100 to 10000');
  const query = { ageHours, cases, trials, without: [...without] };
  print(io, ...backtestLines(await withPlots(io, (plots) => plots.backtestFigures(query))));
}

function withPlots<T>(io: Io, work: (plots: ForecastPlots) => Promise<T>): Promise<T> {
  return withSchema(io, { migrate: false }, async (dataSource) => {
    const database = new Database(poolOf(dataSource));
    const plots = new ForecastPlots(database, loadConfig(io.env, { signs: false }));
    try {
      return await work(plots);
    } finally {
      await plots.close();
      await database.close();
    }
  });
}

async function plot(io: Io, options: PlotOptions): Promise<void> {
  check(options);
  const svg = await withPlots(io, (plots) => draw(plots, options));
  const { out } = options;
  if (out === undefined) io.stdout.write(svg);
  else {
    await writeFile(out, svg);
    print(io, `Written to ${out}.`);
  }
}

/** @throws WrongUsage */
function check({ feature: ids, backtest, history, anew, asOf }: PlotOptions): void {
  const wrong = ids?.find((id): boolean => !isUuidText(id));
  if (wrong !== undefined) throw new WrongUsage(`--feature takes ids of features, not ${wrong}`);
  if (backtest && ids) throw new WrongUsage('--backtest is about all features; leave --feature out');
  if (backtest && history) throw new WrongUsage('--backtest or --history, not both');
  if (history && ids?.length !== 1)
    throw new WrongUsage('--history is about one feature: give its --feature');
  if (anew && !history) throw new WrongUsage('--anew is about a --history');
  if (asOf !== undefined && (backtest || history || !isTimestamp(asOf)))
    throw new WrongUsage('--as-of is about a forecast, and takes a moment like 2026-01-31T12:00:00Z');
}

function draw(plots: ForecastPlots, options: PlotOptions): Promise<string> {
  const { feature: ids, backtest, history, anew, asOf } = options;
  const [id] = ids ?? [];
  if (history && id !== undefined) return plots.history(id, { anew: anew ?? false });
  return backtest ? plots.backtest() : plots.forecast(ids ?? null, asOf);
}
