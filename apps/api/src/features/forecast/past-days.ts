import { Problem } from '../../common/errors/problem';
import type { ForecastResponse } from './dto/forecast.response';
import { InsufficientHistory, NothingToForecast } from './forecast.errors';
import type { ForecastService } from './forecast.service';
import type { PlottedDay } from './plot-history';

const DAY_MS = 24 * 3600_000;
/** A longer time is looked at every few days. */
const MOST_DAYS = 200;

/**
 * What would have been forecast of a feature, day by day from its start on, with only what was known then. Days on which there was too
 * little history are left out.
 * @param from, to epoch ms; `to` is not included
 */
export async function pastDays(
  forecasts: ForecastService,
  id: string,
  { from, to }: { from: number; to: number },
): Promise<PlottedDay[]> {
  const step = DAY_MS * Math.max(1, Math.ceil((to - from) / DAY_MS / MOST_DAYS));
  const days: PlottedDay[] = [];
  for (let at = from; at < to; at += step) {
    const day = await dayAt(forecasts, id, new Date(at).toISOString());
    if (day) days.push(day);
  }
  return days;
}

async function dayAt(forecasts: ForecastService, id: string, asOf: string): Promise<PlottedDay | null> {
  const nothing = [NothingToForecast, InsufficientHistory];
  try {
    const { text } = await forecasts.forecast([id], { asOf });
    const { items } = JSON.parse(text) as ForecastResponse;
    const own = items.find(({ featureId }) => featureId === id.toLowerCase());
    if (!own) return null;
    const { p50, p85, p95 } = own.completion;
    return { asOf, currentStage: own.currentStage, p50, p85, p95 };
  } catch (error) {
    if (error instanceof Problem && nothing.includes(error.kind)) return null;
    throw error;
  }
}
