import { findDrills } from './framework/discover';
import { runDrill } from './framework/run-drill';
import { onlyWhere } from '../support/only-where';

const drills = findDrills().filter(({ quick }) => quick);

describe('the drills, in their short form', () => {
  for (const drill of drills) {
    const missing = (drill.needs ?? []).filter((need) => !need.isThere()).map(({ name }) => name);
    onlyWhere(missing.length === 0, `there is no ${missing.join(', ')} here`)(drill.name, async () => {
      const said: string[] = [];
      const { verdict, complaints } = await runDrill(drill, { quick: true, say: (line) => said.push(line) });
      expect({ verdict, complaints, said }).toEqual({ verdict: 'passed', complaints: [], said });
    });
  }
});
