// Plain JavaScript: Jest loads reporters without transforming them.

/** Lists what was skipped and why, and ends the run with the one line `N passed, N failed`. */
export default class SummaryReporter {
  constructor(globalConfig) {
    // With -t everything that does not match counts as pending: nobody wants that listed.
    this.filtered = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = this.filtered ? [] : results.testResults.flatMap(skippedTests);
    const lines = skipped.length === 0 ? [] : ['', 'Skipped:', ...skipped.map((name) => `  ${name}`), ''];
    const tail = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
    lines.push(`${results.numPassedTests} passed, ${failed} failed${tail}`);
    // At exit: Jest prints its own summary after this, and the global teardown may have something to say.
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}

function skippedTests(file) {
  return file.testResults
    .filter(({ status }) => ['pending', 'skipped', 'disabled', 'todo'].includes(status))
    .map(({ fullName }) => (fullName.includes('(skipped: ') ? fullName : `${fullName} (no reason given)`));
}
