import { containing, featureFilters } from './feature.filters';

describe('the filters of features', () => {
  it('take wildcards of LIKE as they stand', () => {
    expect(containing('100%_\\')).toBe('%100\\%\\_\\\\%');
  });

  it('take open for outside the final stage, and its opposite for inside', () => {
    expect(featureFilters({ open: true }, { final: 'done' })).toEqual({ outsideStage: 'done' });
    expect(featureFilters({ open: false }, { final: 'done' })).toEqual({ insideStage: 'done' });
    expect(featureFilters({}, { final: 'done' })).toEqual({});
  });
});
