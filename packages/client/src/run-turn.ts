import { RpcError, rpcCode } from "@fairlead/bridge-core/peer";
import type {
  CommandExecutionRequestApprovalParams,
  FileChangeRequestApprovalParams,
  ThreadItem,
  Turn,
  TurnStartParams,
  UserInput,
} from "@fairlead/codex-proto";
import type { CodexClient } from "./codex-client.ts";
import type { Notification } from "./notification-log.ts";
import type { ServerRequestContext } from "./server-request-handlers.ts";

/** A question whether the agent may do something. */
export type ApprovalRequest =
  | {
      readonly method: "item/commandExecution/requestApproval";
      readonly params: CommandExecutionRequestApprovalParams;
    }
  | {
      readonly method: "item/fileChange/requestApproval";
      readonly params: FileChangeRequestApprovalParams;
    };

/** The answers that fit every approval. `cancel` declines and ends the turn. */
export type Decision = "accept" | "acceptForSession" | "decline" | "cancel";

/** One turn to run. */
export interface RunTurnOptions extends Omit<TurnStartParams, "input"> {
  /** A text stands for one text input. */
  readonly input: string | readonly UserInput[];
  /**
   * Decides the approvals of this thread while the turn runs, each after `onEvent` has heard what led to it. Without it they go to the client's
   * own handlers, as those of sub-agents always do: they have threads of their own.
   */
  readonly onApproval?: (
    request: ApprovalRequest,
    context: ServerRequestContext,
  ) => Decision | Promise<Decision>;
  /** Hears every notification of the thread as it comes. */
  readonly onEvent?: (event: Notification) => void;
  /** Interrupts the turn; the promise then resolves with the interrupted turn. */
  readonly signal?: AbortSignal;
}

/** A turn that is over, whatever its status. */
export interface FinishedTurn {
  /** As `turn/completed` gave it: `status` and `error` say how it went. */
  readonly turn: Turn;
  /** The completed items of the turn, in order. */
  readonly items: readonly ThreadItem[];
  /** All notifications of the thread from the start of the turn to its end. */
  readonly events: readonly Notification[];
}

/**
 * Starts a turn and follows it to its end. Resolves for failed and interrupted turns too; rejects
 * when the server refuses the turn or the connection ends.
 */
export async function runTurn(client: CodexClient, options: RunTurnOptions): Promise<FinishedTurn> {
  const { input, onApproval, onEvent, signal, ...params } = options;
  const { threadId } = params;
  signal?.throwIfAborted();
  const from = client.position;
  const heard = new Progress(from);
  const decide: typeof onApproval =
    onApproval &&
    (async (request, context) => {
      // What led to the question is heard before it.
      await heard.reached(client.position);
      return onApproval(request, context);
    });
  using _approvals = decide && answerApprovals(client, threadId, decide);
  const { turn: started } = await client.request("turn/start", {
    ...params,
    input: typeof input === "string" ? [textInput(input)] : [...input],
  });
  using _interruption = signal && onAbort(signal, () => interrupt(client, threadId, started.id));
  const events: Notification[] = [];
  for await (const event of client.notifications({ from })) {
    const ours = threadOf(event) === threadId;
    if (ours) {
      events.push(event);
      onEvent?.(event);
    }
    heard.advance();
    if (!ours) continue;
    // An interrupt that came before the turn ran was refused: ask again.
    if (event.method === "turn/started" && signal?.aborted) interrupt(client, threadId, started.id);
    if (event.method === "turn/completed" && event.params.turn.id === started.id) {
      return { turn: event.params.turn, items: itemsOf(events, started.id), events };
    }
  }
  throw new RpcError(rpcCode.closed, `the connection closed before turn ${started.id} completed`);
}

/** How far a reader of the log has come. */
class Progress {
  #position: number;
  #waiting: { readonly position: number; readonly wake: () => void }[] = [];

  constructor(position: number) {
    this.#position = position;
  }

  advance(): void {
    this.#position += 1;
    for (const { position, wake } of this.#waiting) if (position <= this.#position) wake();
    this.#waiting = this.#waiting.filter(({ position }) => position > this.#position);
  }

  /** Resolves when everything before the position was read. */
  async reached(position: number): Promise<void> {
    if (position <= this.#position) return;
    await new Promise<void>((wake) => this.#waiting.push({ position, wake }));
  }
}

function answerApprovals(
  client: CodexClient,
  threadId: string,
  decide: NonNullable<RunTurnOptions["onApproval"]>,
): Disposable {
  const scope = { threadId };
  const commandMethod = "item/commandExecution/requestApproval";
  const fileMethod = "item/fileChange/requestApproval";
  const commands = client.onServerRequest(
    commandMethod,
    async (params, context) => ({
      decision: await decide({ method: commandMethod, params }, context),
    }),
    scope,
  );
  const files = client.onServerRequest(
    fileMethod,
    async (params, context) => ({
      decision: await decide({ method: fileMethod, params }, context),
    }),
    scope,
  );
  return {
    [Symbol.dispose]() {
      commands[Symbol.dispose]();
      files[Symbol.dispose]();
    },
  };
}

function onAbort(signal: AbortSignal, act: () => void): Disposable {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", act) };
}

function interrupt(client: CodexClient, threadId: string, turnId: string): void {
  // A refusal says that the turn is over or not yet running; the events tell which.
  void client.request("turn/interrupt", { threadId, turnId }).catch(() => {});
}

function textInput(text: string): UserInput {
  return { type: "text", text, text_elements: [] };
}

function threadOf({ params }: Notification): unknown {
  return "threadId" in params ? params.threadId : undefined;
}

function itemsOf(events: readonly Notification[], turnId: string): readonly ThreadItem[] {
  return events.flatMap((event) =>
    event.method === "item/completed" && event.params.turnId === turnId ? [event.params.item] : [],
  );
}
