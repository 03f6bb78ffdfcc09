/** A part that requests need, and that is not the database, does not do its work; the message is for the log. */
export class Unreachable extends Error {
  override readonly name: string = 'Unreachable';
}
