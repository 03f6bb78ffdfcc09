/** The import as a whole cannot be done; nothing was written. The message says why. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}
