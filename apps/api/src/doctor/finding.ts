/** `warning`: it works, and somebody should look. `skipped`: there is nothing to look at. */
export type FindingState = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one check found. No text of it holds a secret. */
export interface Finding {
  /** Stable, for scripts: `database.clock`. */
  readonly check: string;
  readonly state: FindingState;
  readonly detail: string;
  /** What to do; only where something is to be done. */
  readonly advice?: string;
}

/** Makes the findings of one check. */
export class Check {
  constructor(private readonly name: string) {}

  ok(detail: string): Finding {
    return { check: this.name, state: 'ok', detail };
  }

  skipped(detail: string): Finding {
    return { check: this.name, state: 'skipped', detail };
  }

  warning(detail: string, advice: string): Finding {
    return { check: this.name, state: 'warning', detail, advice };
  }

  failed(detail: string, advice: string): Finding {
    return { check: this.name, state: 'failed', detail, advice };
  }
}

/** Runs one check; what it throws is a finding too. The message is ours or the system's: neither quotes settings. */
export async function examine(
  name: string,
  look: (check: Check) => Promise<Finding> | Finding,
): Promise<Finding> {
  const check = new Check(name);
  try {
    return await look(check);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return check.failed(
      `It cannot be looked at: ${code ?? message}`,
      'See why, and run fuse doctor again: nothing is known about this part.',
    );
  }
}
