/** There is no backup in that folder, or not a whole one. */
export class BackupUnreadable extends Error {
  override readonly name = 'BackupUnreadable';
}

/** A newer release made the backup: this one may not understand all of it. */
export class BackupIsNewer extends Error {
  override readonly name = 'BackupIsNewer';
}

/** What the backup holds is not what its manifest says; the message has one fault a line. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged';

  constructor(readonly faults: readonly string[]) {
    super(['The backup is damaged:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
  }
}

/** The target holds something, or somebody works on it. Nothing was changed. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}

/** The backup is encrypted, or is to be, and the keys for that are missing or wrong. */
export class BackupLocked extends Error {
  override readonly name = 'BackupLocked';
}
