import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ClientRequests, JsonValue, ThreadResumeResponse, Turn } from "@fairlead/codex-proto";
import { BridgeError, RpcError } from "../errors.ts";
import { gitInfo } from "../git/git-info.ts";
import { applyPolicy, initialPolicy, type PolicyRequest } from "../policy.ts";
import type { LiveThread } from "../server/live-thread.ts";
import type { ModelCatalogue } from "../server/model-catalogue.ts";
import type { ThreadServices } from "../server/services.ts";
import type { ThreadBook } from "../server/thread-book.ts";
import type { ThreadMeta } from "../threads/meta.ts";
import { configuredServers } from "../threads/mcp-config.ts";
import { wireOpening } from "../threads/meta.ts";
import { anchorAt, pageOf } from "../threads/paging.ts";
import { wireTurn, type TurnRecord } from "../turn/turn-record.ts";
import type { Handlers, RequestContext } from "./handler.ts";

/** What the thread methods work on. */
export interface ThreadMethodParts {
  readonly book: ThreadBook;
  readonly models: ModelCatalogue;
  /** Where threads run whose client names no folder. */
  readonly defaultCwd: string;
}

/** How threads come to be: started, resumed, forked. */
export function threadStartMethods(parts: ThreadMethodParts): Handlers {
  const { book, models } = parts;
  const { services } = book;
  const agent = services.adapter.id;

  return {
    async "thread/start"(params, context) {
      const cwd = await folder(parts.defaultCwd, params.cwd);
      const { policy, lowered } = applyPolicy(
        initialPolicy(services.policy),
        params,
        services.policy,
      );
      const nowMs = services.now();
      const title = params.ephemeral === true && params.threadSource === "thread_title";
      const meta: ThreadMeta = {
        id: services.mint(),
        nativeId: null,
        nativeIds: [],
        from: null,
        cwd,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        preview: "",
        name: null,
        archived: false,
        ephemeral: params.ephemeral ?? false,
        source: "vscode",
        threadSource: params.threadSource ?? null,
        originator: context.client.name,
        forkedFromId: null,
        parentThreadId: null,
        gitInfo: title ? null : await gitInfoOf(services, cwd),
        model: params.model ?? configured(params.config, "model"),
        effort: configured(params.config, "model_reasoning_effort"),
        mode: "default",
        policy,
        instructions: instructions(params.baseInstructions, params.developerInstructions),
        dynamicTools: params.dynamicTools ?? [],
        mcpServers: configuredServers(params.config),
      };
      const thread = book.add(meta, []);
      thread.audience.add(context.subscriber);
      context.afterResponse(() => {
        thread.wire.announce();
        if (!title) warn(thread, context, lowered);
      });
      // Its start is what the user would wait for; an agent that leaves no trace may start before
      // the first word.
      if (services.adapter.capabilities.spare && !title) thread.prewarm();
      return {
        thread: thread.wire.wireThread([]),
        ...wireOpening(agent, meta, models.defaultModel),
      };
    },

    async "thread/resume"(params, context) {
      if (params.history != null)
        throw RpcError.invalidParams("history: threads are resumed by their id only");
      const { threadId } = params;
      const meta = await book.find(threadId);
      if (meta === undefined)
        throw RpcError.invalidRequest(`no rollout found for thread id ${threadId}`);
      await requireFree(book, meta);
      const thread = await book.load(threadId);
      const lowered = await changeSettings(parts, thread, params);
      thread.audience.add(context.subscriber);
      context.afterResponse(() => void thread.follow());
      context.afterResponse(() => {
        services.desk.redeliver(thread.audience, context.subscriber);
        warn(thread, context, lowered);
      });
      const turns = thread.wire.allTurns;
      return {
        thread: thread.wire.wireThread(params.excludeTurns === true ? [] : full(turns)),
        ...wireOpening(agent, thread.wire.meta, models.defaultModel),
        collaborationMode: null,
        initialTurnsPage: initialPage(turns, params.initialTurnsPage),
        ...anchors(turns),
      };
    },

    async "thread/fork"(params, context) {
      const source = await book.find(params.threadId);
      if (source === undefined) {
        throw RpcError.invalidRequest(`no rollout found for thread id ${params.threadId}`);
      }
      const all = (await book.turns(source)).filter((turn) => turn.status !== "inProgress");
      const kept = keptTurns(all, params.lastTurnId, params.beforeTurnId);
      const nowMs = services.now();
      const { policy, lowered } = applyPolicy(source.policy, params, services.policy);
      const meta: ThreadMeta = {
        ...source,
        id: services.mint(),
        nativeId: null,
        nativeIds: [],
        from: forkOf(source, all, kept),
        cwd: params.cwd == null ? source.cwd : await folder(parts.defaultCwd, params.cwd),
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        archived: false,
        ephemeral: params.ephemeral ?? false,
        source: "vscode",
        threadSource: params.threadSource ?? null,
        originator: context.client.name,
        forkedFromId: source.id,
        parentThreadId: null,
        model: params.model ?? source.model,
        policy,
        instructions:
          instructions(params.baseInstructions, params.developerInstructions) ??
          source.instructions,
      };
      const thread = book.add(meta, kept);
      thread.wire.update({});
      if (!meta.ephemeral)
        for (const turn of kept) services.store.append(meta.id, { type: "inherit", turn });
      thread.audience.add(context.subscriber);
      context.afterResponse(() => {
        thread.wire.announce();
        warn(thread, context, lowered);
      });
      return {
        thread: thread.wire.wireThread(params.excludeTurns === true ? [] : full(kept)),
        ...wireOpening(agent, meta, models.defaultModel),
        ...anchors(kept),
      };
    },
  };
}

/** All turns whole, as `thread/read` and the like give them. */
export function full(turns: readonly TurnRecord[]): Turn[] {
  return turns.map((turn) => wireTurn(turn, "full"));
}

/** The cursors from which a client reads the history backwards. */
export function anchors(
  turns: readonly TurnRecord[],
): Pick<ThreadResumeResponse, "turnsBackwardsCursor" | "itemsBackwardsCursor"> {
  const items = turns.flatMap((turn) => turn.items);
  return {
    turnsBackwardsCursor: anchorAt(turns.at(-1)?.id),
    itemsBackwardsCursor: anchorAt(items.at(-1)?.id),
  };
}

/**
 * How the agent drops the turns behind `kept`: a fork before the first dropped one, or a plain fork
 * of all.
 */
export function forkOf(
  source: ThreadMeta,
  all: readonly TurnRecord[],
  kept: readonly TurnRecord[],
): ThreadMeta["from"] {
  const { nativeId } = source;
  if (nativeId === null) return null;
  const dropped = all[kept.length];
  return { nativeId, fork: true, before: dropped === undefined ? null : nativeKey(dropped) };
}

/**
 * Changes what a request says of the settings; returns the sentence for a client that got less than
 * it asked for.
 */
export async function changeSettings(
  parts: ThreadMethodParts,
  thread: LiveThread,
  request: PolicyRequest & {
    readonly cwd?: string | null;
    readonly model?: string | null;
    readonly effort?: string | null;
    readonly developerInstructions?: string | null;
  },
): Promise<string | null> {
  const asked = request.cwd == null ? null : await folder(thread.wire.meta.cwd, request.cwd);
  // Not before: another client may have changed it while the folder was looked at.
  const { meta } = thread.wire;
  const cwd = asked ?? meta.cwd;
  const { policy, lowered } = applyPolicy(meta.policy, request, parts.book.services.policy);
  thread.wire.changeSettings({
    policy,
    cwd,
    model: request.model ?? meta.model,
    effort: request.effort ?? meta.effort,
    instructions: request.developerInstructions ?? meta.instructions,
  });
  // An agent works in the folder it was started in.
  if (cwd !== meta.cwd && !thread.isBusy) await thread.releaseAgent();
  return lowered;
}

/** The key under which the agent knows a turn: its last one, for ours come first. */
function nativeKey(turn: TurnRecord): string {
  return turn.keys.find((key) => key !== turn.id) ?? turn.id;
}

function keptTurns(
  turns: readonly TurnRecord[],
  lastTurnId: string | null | undefined,
  beforeTurnId: string | null | undefined,
): readonly TurnRecord[] {
  const anchor = lastTurnId ?? beforeTurnId;
  if (anchor == null) return turns;
  const index = turns.findIndex((turn) => turn.id === anchor);
  if (index < 0) throw RpcError.invalidRequest(`turn not found: ${anchor}`);
  return turns.slice(0, lastTurnId == null ? index : index + 1);
}

function initialPage(
  turns: readonly TurnRecord[],
  request: ClientRequests["thread/resume"]["params"]["initialTurnsPage"],
) {
  if (request == null) return null;
  const page = pageOf(turns, (turn) => turn.id, request.sortDirection ?? "desc", {
    limit: request.limit,
  });
  const view = request.itemsView ?? "summary";
  return { ...page, data: page.data.map((turn) => wireTurn(turn, view)) };
}

async function requireFree(book: ThreadBook, meta: ThreadMeta): Promise<void> {
  try {
    await book.requireFree(meta);
  } catch (error) {
    if (BridgeError.is(error)) throw RpcError.invalidRequest(error.message);
    throw error;
  }
}

function warn(thread: LiveThread, context: RequestContext, lowered: string | null): void {
  const { gating } = thread.wire.adapter.capabilities;
  const { displayName } = thread.wire.adapter;
  const sentences = [
    ...(lowered === null ? [] : [lowered]),
    ...(gating === "none"
      ? [`${displayName} cannot ask before it acts: what it does here needs no approval.`]
      : []),
    ...(gating === "some"
      ? [`${displayName} asks only before what it deems dangerous itself.`]
      : []),
  ];
  for (const message of sentences)
    context.client.notify("warning", { threadId: thread.id, message });
}

async function folder(base: string, cwd: string | null | undefined): Promise<string> {
  const path = resolve(base, cwd ?? "");
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return path;
  throw RpcError.invalidParams(`cwd: there is no folder ${path}`);
}

async function gitInfoOf({ host, groups }: ThreadServices, cwd: string) {
  const env = await host.environment(cwd);
  return gitInfo({ cwd, env, signal: AbortSignal.timeout(1000), groups });
}

function instructions(
  base: string | null | undefined,
  developer: string | null | undefined,
): string | null {
  const parts = [base, developer].filter((text) => text != null && text !== "");
  return parts.length === 0 ? null : parts.join("\n\n");
}

function configured(
  config: { readonly [key in string]?: JsonValue } | null | undefined,
  key: string,
): string | null {
  const value = config?.[key];
  return typeof value === "string" ? value : null;
}
