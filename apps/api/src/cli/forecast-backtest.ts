import type {
  BacktestResponse,
  LossChange,
  PercentileBacktest,
} from '../features/forecast/dto/backtest.response';

type Row = readonly [what: string, cell: (score: PercentileBacktest) => string];

const ROWS: readonly Row[] = [
  [
    'hit in %',
    ({ hitRate, interval }) => `${percent(hitRate)} [${interval?.map(percent).join(', ') ?? '–'}]`,
  ],
  ['hit by the naive forecast', ({ naiveHits, cases }) => percent(cases ? naiveHits / cases : null)],
  ['forecasts with a date', ({ cases }) => String(cases)],
  ['beyond history', ({ beyondHistory }) => String(beyondHistory)],
  ['loss in days', ({ pinball, naivePinball }) => less(pinball, naivePinball)],
  ['loss in logarithms', ({ logPinball, naiveLogPinball }) => less(logPinball, naiveLogPinball)],
];

/** How forecasts of the past held, as a table in Markdown; losses as what the naive forecast has more. */
export function backtestLines({ forecasts, tooEarly, percentiles, ...loss }: BacktestResponse): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [days, logs] = [within(loss.lossInDays), within(loss.lossInLogarithms)];
  return [
    `${forecasts} forecasts, ${tooEarly} features too early for one.`,
    `Loss of all percentiles, against the naive forecast: ${days} in days, ${logs} in logarithms.`,
    '',
    line(['', ...percentiles.map(({ percentile }) => `p${percentile}`)]),
    line(['---', ...percentiles.map(() => '---')]),
    ...ROWS.map(([what, cell]) => line([what, ...percentiles.map(cell)])),
  ];
}

function percent(share: number | null): string {
  return share === null ? '–' : (100 * share).toFixed(1);
}

function less(own: number | null, naive: number | null): string {
  return own === null || !naive ? '–' : `${signed(own / naive - 1)} %`;
}

function within(loss: LossChange | null): string {
  return loss ? `${signed(loss.change)} % [${loss.interval.map(signed).join(', ')}]` : '–';
}

function signed(change: number): string {
  return `${change > 0 ? '+' : '−'}${Math.abs(100 * change).toFixed(1)}`;
}
