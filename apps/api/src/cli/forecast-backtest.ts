import type { BacktestResponse, PercentileBacktest } from '../features/forecast/dto/backtest.response';

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
export function backtestLines({ forecasts, tooEarly, percentiles }: BacktestResponse): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const sum = (loss: 'pinball' | 'naivePinball' | 'logPinball' | 'naiveLogPinball') =>
    percentiles.reduce((total, score) => total + (score[loss] ?? 0), 0);
  const [days, logs] = [
    less(sum('pinball'), sum('naivePinball')),
    less(sum('logPinball'), sum('naiveLogPinball')),
  ];
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
  if (own === null || !naive) return '–';
  const change = 100 * (own / naive - 1);
  return `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(1)} %`;
}
