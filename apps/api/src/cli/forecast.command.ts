import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Database, poolOf } from '@app/database';
import { isUuidText } from '../common/fields/fields';
import { ForecastPlots } from '../features/forecast/forecast-plots.service';
import { loadConfig } from '../config/config';
import { WrongUsage } from './cli.errors';
import { type Io, print } from './io';
import { withSchema } from './with-database';

interface PlotOptions {
  readonly feature?: readonly string[];
  readonly backtest?: boolean;
  readonly history?: boolean;
  readonly out?: string;
}

export function addForecastCommand(program: Command, io: Io): void {
  program
    .command('forecast')
    .description('when features will be completed')
    .command('plot')
    .description('draw a forecast, how it moved, or how forecasts of the past held, as SVG')
    .option('--feature <id...>', 'these features; default: all open ones')
    .option('--backtest', 'draw how forecasts of the past held')
    .option('--history', 'draw how the stored forecasts of the feature moved, day by day')
    .option('--out <file>', 'write to this file; default: standard output')
    .action((options: PlotOptions) => plot(io, options));
}

async function plot(io: Io, options: PlotOptions): Promise<void> {
  check(options);
  const svg = await withSchema(io, { migrate: false }, async (dataSource) => {
    const database = new Database(poolOf(dataSource));
    const plots = new ForecastPlots(database, loadConfig(io.env, { signs: false }));
    try {
      return await draw(plots, options);
    } finally {
      await plots.close();
      await database.close();
    }
  });
  const { out } = options;
  if (out === undefined) io.stdout.write(svg);
  else {
    await writeFile(out, svg);
    print(io, `Written to ${out}.`);
  }
}

/** @throws WrongUsage */
function check({ feature: ids, backtest, history }: PlotOptions): void {
  const wrong = ids?.find((id): boolean => !isUuidText(id));
  if (wrong !== undefined) throw new WrongUsage(`--feature takes ids of features, not ${wrong}`);
  if (backtest && ids) throw new WrongUsage('--backtest is about all features; leave --feature out');
  if (backtest && history) throw new WrongUsage('--backtest or --history, not both');
  if (history && ids?.length !== 1)
    throw new WrongUsage('--history is about one feature: give its --feature');
}

function draw(plots: ForecastPlots, { feature: ids, backtest, history }: PlotOptions): Promise<string> {
  const [id] = ids ?? [];
  if (history && id !== undefined) return plots.history(id);
  return backtest ? plots.backtest() : plots.forecast(ids ?? null);
}
