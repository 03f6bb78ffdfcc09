import { defineProblem } from '../../common/errors/problem';

export const InsufficientHistory = defineProblem(
  422,
  'insufficient_history',
  'There is too little history for a forecast',
  '`missing` lists what there is too little of: `completed_features`, or `ended_stays` in a stage, each with how many are `needed` and `found`. Nothing is guessed.',
);
export const NothingToForecast = defineProblem(
  422,
  'nothing_to_forecast',
  'None of the features is open',
  'At `asOf` every one of them was completed, was supposed to be, or was not there yet.',
);
export const ForecastTooLarge = defineProblem(
  422,
  'forecast_too_large',
  'The forecast is too large',
  'Features times trials may be up to 20,000,000. Ask for fewer trials, or for some of the features.',
);
export const AsOfInFuture = defineProblem(
  422,
  'as_of_in_future',
  '`asOf` is in the future',
  'A forecast uses what was known at a moment, and nobody knows what will have happened by then.',
);
