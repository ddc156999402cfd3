import type { Turn, UserInput } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import { runUserShell } from "../exec/user-shell.ts";
import type { LiveThread } from "../server/live-thread.ts";
import { inputText } from "../threads/transcript-text.ts";
import type { Handlers, RequestContext } from "./handler.ts";
import { reviewPrompt, reviewSubject } from "./review-prompt.ts";
import { takeSettings } from "./thread-settings-methods.ts";
import type { ThreadMethodParts } from "./thread-start-methods.ts";

/** What a user does inside a thread. Every one needs the thread loaded, as codex wants it. */
export function turnMethods(parts: ThreadMethodParts): Handlers {
  const { book } = parts;
  const { services } = book;

  /** Accepts only what the agent takes: an input it would drop silently is refused by name. */
  const checked = (input: readonly UserInput[]): readonly UserInput[] => {
    if (input.length === 0) throw RpcError.invalidParams("input: must not be empty");
    const accepted = services.adapter.capabilities.input;
    for (const [index, { type }] of input.entries()) {
      if (accepted.includes(type)) continue;
      const message = `${services.adapter.displayName} takes no input of type ${type}, only ${accepted.join(", ")}`;
      throw RpcError.invalidParams(`input[${index}].type: ${message}`);
    }
    return input;
  };

  /** Whoever speaks in a thread follows it, and is asked what waits there. */
  const join = ({ audience }: LiveThread, { subscriber, afterResponse }: RequestContext): void => {
    if (audience.has(subscriber)) return;
    audience.add(subscriber);
    afterResponse(() => services.desk.redeliver(audience, subscriber));
  };

  return {
    async "turn/start"(params, context) {
      const thread = book.loaded(params.threadId);
      const input = checked(params.input);
      await takeSettings(parts, thread, params, context.client);
      join(thread, context);
      rememberPreview(thread, input);
      const { outputSchema = null, clientUserMessageId: clientId = null } = params;
      const turnId = thread.startTurn({ input, clientId, outputSchema }, context.afterResponse);
      return { turn: begun(turnId) };
    },

    "review/start"({ threadId, target }, context) {
      const thread = book.loaded(threadId);
      if (thread.runningTurnId !== null)
        throw RpcError.invalidRequest("a turn is running: review when it has ended");
      const input: UserInput[] = [{ type: "text", text: reviewPrompt(target), text_elements: [] }];
      join(thread, context);
      rememberPreview(thread, input);
      const review = reviewSubject(target);
      const turn = { input, clientId: null, outputSchema: null, review };
      const turnId = thread.startTurn(turn, context.afterResponse);
      return { turn: begun(turnId), reviewThreadId: threadId };
    },

    "turn/steer"({ threadId, input, expectedTurnId, clientUserMessageId }) {
      const thread = book.loaded(threadId);
      const running = thread.runningTurnId;
      if (running === null) throw RpcError.invalidRequest("no active turn to steer");
      if (running !== expectedTurnId) throw otherTurn(expectedTurnId, running);
      thread.steer(checked(input), clientUserMessageId ?? null);
      return { turnId: running };
    },

    "turn/interrupt"({ threadId, turnId }, { afterResponse }) {
      const thread = book.loaded(threadId);
      const running = thread.runningTurnId;
      if (running === null) throw RpcError.invalidRequest("no active turn to interrupt");
      // Clients stop what runs without knowing its name: an empty one means the running turn.
      if (turnId !== "" && running !== turnId) throw otherTurn(turnId, running);
      afterResponse(() => thread.interrupt());
      return {};
    },

    "thread/compact/start"({ threadId }, { afterResponse }) {
      const thread = book.loaded(threadId);
      if (thread.runningTurnId !== null)
        throw RpcError.invalidRequest("a turn is running: compact when it has ended");
      afterResponse(() => void thread.compact());
      return {};
    },

    "thread/backgroundTerminals/clean"({ threadId }) {
      if (book.loaded(threadId).worksInBackground) {
        const hint = "Ask the agent to end it, or interrupt the turn.";
        throw RpcError.invalidRequest(`What runs in the background belongs to the agent. ${hint}`);
      }
      return {};
    },

    async "thread/shellCommand"({ threadId, command, timeoutMs }, { afterResponse }) {
      const thread = book.loaded(threadId);
      if (command.trim() === "") throw RpcError.invalidRequest("command must not be empty");
      rememberPreview(thread, [{ type: "text", text: `!${command}`, text_elements: [] }]);
      afterResponse(() => void runShell(thread, command, timeoutMs ?? null));
      return {};
    },
  };

  async function runShell(
    thread: LiveThread,
    commandLine: string,
    timeoutMs: number | null,
  ): Promise<void> {
    const { now, mint, host, groups, log } = services;
    const { recorder, meta } = thread.wire;
    const key = `shell ${mint()}`;
    const { cwd } = meta;
    await thread.inTurn(async (signal) => {
      const item = { type: "command", command: commandLine, cwd, source: "userShell" } as const;
      recorder.apply({ op: "open", key, item }, now());
      try {
        const env = await host.environment(cwd);
        const onOutput = (delta: string): void =>
          recorder.apply({ op: "output", key, delta }, now());
        const { exitCode, output } = await runUserShell({
          commandLine,
          cwd,
          env,
          signal,
          timeoutMs,
          onOutput,
          groups,
        });
        const status = exitCode === 0 ? "completed" : "failed";
        recorder.apply({ op: "close", key, status, item: { ...item, exitCode }, output }, now());
        thread.tellAgent(`The user ran \`${commandLine}\` (exit code ${exitCode}):\n${output}`);
      } catch (error) {
        log("warn", `thread ${thread.id}: the user's command could not run`, error);
        const output = error instanceof Error ? error.message : String(error);
        recorder.apply({ op: "close", key, status: "failed", output }, now());
      }
    });
  }
}

/** A turn that nothing has happened in yet. */
function begun(id: string): Turn {
  return {
    id,
    rootTurnId: id,
    items: [],
    itemsView: "notLoaded",
    status: "inProgress",
    error: null,
    startedAt: null,
    completedAt: null,
    durationMs: null,
  };
}

function otherTurn(expected: string, running: string): RpcError {
  return RpcError.invalidRequest(
    `expected active turn id \`${expected}\` but found \`${running}\``,
  );
}

function rememberPreview(thread: LiveThread, input: readonly UserInput[]): void {
  if (thread.wire.meta.preview !== "") return;
  const preview = inputText(input).trim();
  thread.wire.update({ preview: preview === "" ? "[image]" : preview });
}
