import type { BridgeAdapter, BridgeHost, NativeSession } from "../adapter.ts";
import { deriveId } from "../ids.ts";
import type { ThreadOp } from "../ops.ts";
import { initialPolicy, type OperatorPolicy } from "../policy.ts";
import { isTurnOp, ThreadRecorder, type RecorderSink } from "../turn/recorder.ts";
import type { TurnRecord } from "../turn/turn-record.ts";
import { foldJournal, type JournalEntry } from "./journal.ts";
import type { ThreadMeta } from "./meta.ts";
import { cutTurns, goesOn, withRest } from "./unseen.ts";

/** What reading a thread's past needs. */
export interface HistorySources {
  readonly adapter: BridgeAdapter;
  readonly log: BridgeHost["log"];
  readonly clientToolServer: string;
  /** Hears of every sub-agent in the agent's own record. */
  readonly onChild: (child: NativeChild) => void;
}

/** A sub-agent's conversation inside the agent's own record of another. */
export interface NativeChild {
  readonly meta: ThreadMeta;
  /** The thread whose record holds it. */
  readonly parent: ThreadMeta;
  /** What marks its ops there. */
  readonly key: string;
}

/** The wire id of a conversation in the agent's own storage. */
export function nativeThreadId(adapter: BridgeAdapter, nativeId: string): string {
  return deriveId(adapter.id, nativeId);
}

/** A conversation of the agent's own storage as a thread that core never ran. */
export function nativeMeta(
  adapter: BridgeAdapter,
  session: NativeSession,
  defaults: { readonly cwd: string; readonly policy: OperatorPolicy },
): ThreadMeta {
  const { nativeId, parentNativeId } = session;
  return {
    id: nativeThreadId(adapter, nativeId),
    nativeId,
    nativeIds: [nativeId],
    from: null,
    cwd: session.cwd ?? defaults.cwd,
    createdAtMs: session.createdAtMs,
    updatedAtMs: session.updatedAtMs,
    preview: session.preview,
    name: session.title,
    archived: session.archived,
    ephemeral: false,
    source: "cli",
    threadSource: null,
    originator: null,
    forkedFromId: null,
    parentThreadId: parentNativeId === null ? null : nativeThreadId(adapter, parentNativeId),
    gitInfo: null,
    model: null,
    effort: null,
    mode: "default",
    policy: initialPolicy(defaults.policy),
    instructions: null,
    dynamicTools: [],
    mcpServers: [],
  };
}

/** What is known of a thread's past. */
export interface ThreadPast {
  readonly turns: readonly TurnRecord[];
  /**
   * The turn that runs in the agent's own terminal, never seen here: as it is now, and as it is
   * kept when nobody can follow it.
   */
  readonly running: { readonly now: TurnRecord; readonly cut: TurnRecord } | null;
}

/**
 * All turns of a thread that does not run: what core saw, from its journal, and what happened in
 * the agent's own terminal, from the agent's storage. A turn that both know is the journal's.
 */
export async function readTurns(
  sources: HistorySources,
  meta: ThreadMeta,
  journal: readonly JournalEntry[],
  signal: AbortSignal,
): Promise<ThreadPast> {
  const { turns: own, dropped } = foldJournal(journal);
  const known = new Set([...own.flatMap((turn) => turn.keys), ...dropped]);
  const isKnown = (turn: TurnRecord): boolean => turn.keys.some((key) => known.has(key));
  const cut = goesOn(sources.adapter) ? cutTurns(own) : new Map<string, TurnRecord>();
  const native = await readNativeTurns(sources, meta, null, signal, { own, cut });
  const rest = new Map(native.turns.filter(isKnown).map((turn) => [turn.id, turn]));
  const turns = [
    ...own.map((turn) => withRest(turn, rest.get(turn.id))),
    ...native.turns.filter((turn) => !isKnown(turn)),
  ];
  return {
    turns: turns.toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    running: native.running !== null && !isKnown(native.running.now) ? native.running : null,
  };
}

/** The turns of a sub-agent that only the agent's own record of its parent knows. */
export function readChildTurns(
  sources: HistorySources,
  child: NativeChild,
  signal: AbortSignal,
): Promise<ThreadPast> {
  return readNativeTurns(sources, child.parent, child, signal);
}

/** What core has seen of a thread itself. */
interface Seen {
  readonly own: readonly TurnRecord[];
  /** Those that the agent may have gone on with, by native key. */
  readonly cut: ReadonlyMap<string, TurnRecord>;
}

const nothingSeen: Seen = { own: [], cut: new Map() };

async function readNativeTurns(
  { adapter, log, clientToolServer, onChild }: HistorySources,
  parent: ThreadMeta,
  child: NativeChild | null,
  signal: AbortSignal,
  { own, cut }: Seen = nothingSeen,
): Promise<ThreadPast> {
  const { sessions } = adapter;
  const { nativeId, cwd, ephemeral } = parent;
  const threadId = child?.meta.id ?? parent.id;
  if (sessions === undefined || nativeId === null || ephemeral) return { turns: [], running: null };
  const turns: TurnRecord[] = [];
  const rests = new Set(cut.values());
  const whole = own.filter((turn) => !rests.has(turn));
  const recorder = new ThreadRecorder(
    {
      threadId,
      cwd: () => cwd,
      clientToolServer,
      turns: () => [...whole, ...turns],
      turnIdOf: (key) => cut.get(key)?.id,
      goesOn: goesOn(adapter),
    },
    collect(turns),
  );
  let atMs = 0;
  try {
    for await (const op of sessions.read(nativeId, { after: null, signal })) {
      atMs = op.atMs ?? atMs;
      if (op.op === "child") {
        const found = nativeChild(parent, op, atMs);
        onChild(found);
        if (op.item !== null && op.thread === child?.key) {
          recorder.adoptChild(op.item, found.meta.id);
        }
        continue;
      }
      if (op.thread !== child?.key) continue;
      if (!isTurnOp(op)) continue;
      recorder.apply(op, atMs);
    }
  } catch (error) {
    signal.throwIfAborted();
    log("warn", `the agent's own record of thread ${threadId} cannot be read`, error);
  }
  const now = goesOn(adapter) ? recorder.openTurn : null;
  recorder.cut("interrupted", null, atMs);
  const last = now === null ? undefined : turns.pop();
  return { turns, running: now === null || last === undefined ? null : { now, cut: last } };
}

function nativeChild(
  parent: ThreadMeta,
  { key, nativeId, title }: Extract<ThreadOp, { op: "child" }>,
  atMs: number,
): NativeChild {
  const meta: ThreadMeta = {
    ...parent,
    // As it would be had core seen it live.
    id: deriveId(parent.id, key),
    nativeId,
    nativeIds: nativeId === null ? [] : [nativeId],
    from: null,
    parentThreadId: parent.id,
    forkedFromId: null,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    name: title,
    preview: title ?? "",
    used: null,
  };
  return { meta, parent, key };
}

function collect(turns: TurnRecord[]): RecorderSink {
  const nothing = (): void => {};
  return {
    notify: nothing,
    status: nothing,
    turnStarted: nothing,
    itemCompleted: nothing,
    turnEnded: (turn) => void turns.push(turn),
    used: nothing,
    joined: nothing,
    ask: nothing,
    withdrawn: nothing,
    stray: nothing,
  };
}
