/** The command could not do what it was asked; the message is for the person who asked. Exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** The command was asked for something that makes no sense. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** Ctrl-C at a prompt. Exit code 130, as shells have it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
