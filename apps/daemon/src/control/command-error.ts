/**
 * Why a command did not do what it was asked: `usage` = typed wrongly, `not-running` = there is no
 * daemon, `refused` = not permitted, `failed` = anything else. Scripts see it as the exit code.
 */
export const commandFailures = ["failed", "usage", "not-running", "refused"] as const;
export type CommandFailure = (typeof commandFailures)[number];

/**
 * A failure for the person who typed the command: the message is a whole sentence that says what is
 * wrong and what to do. Ops of the control socket may reject with it; the kind then reaches the
 * command line.
 */
export class CommandError extends Error {
  readonly failure: CommandFailure;

  constructor(failure: CommandFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
    this.failure = failure;
  }
}

/** There is no daemon that could be asked. */
export class DaemonNotRunning extends CommandError {
  constructor(options?: ErrorOptions) {
    super("not-running", "Fairlead is not running: start it with `fairlead`.", options);
    this.name = "DaemonNotRunning";
  }
}

/** The running daemon was asked, and said no or failed: the sentence and the kind are its own. */
export class OpFailed extends CommandError {
  constructor(failure: CommandFailure, message: string) {
    super(failure, message);
    this.name = "OpFailed";
  }
}
