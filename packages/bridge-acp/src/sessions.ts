import {
  BridgeError,
  type NativeSession,
  type NativeSessions,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  acpNativeSession,
  acpOffers,
  listOf,
  opsBehind,
  textOf,
  type Fields,
  type SharedBackends,
} from "@fairlead/bridge-core/parts";
import { methods } from "@agentclientprotocol/sdk";
import type { Backend } from "./backend.ts";
import { nobody } from "./connection.ts";
import { load } from "./opening.ts";

/** The sessions an agent keeps, as far as it lists and loads them: it is asked in a process of its own. */
export function sessionsOf(
  backends: SharedBackends<Backend>,
  folders: ReadonlyMap<string, string>,
): NativeSessions {
  /** What is told of a session goes to one who reads it: all who want it at once read it together. */
  const reading = new Map<string, Promise<readonly ThreadOp[]>>();

  async function readOnce(id: string): Promise<readonly ThreadOp[]> {
    try {
      using lease = await backends.anyLease(null, new AbortController().signal);
      return await past(lease.backend, id, folders.get(id));
    } finally {
      reading.delete(id);
    }
  }

  return {
    async *list({ cwd, signal }) {
      using lease = await backends.anyLease(cwd, signal);
      yield* listed(lease.backend, cwd);
    },

    async *read(id, { after }) {
      const ops = reading.get(id) ?? readOnce(id);
      reading.set(id, ops);
      yield* opsBehind(await ops, after);
    },

    async delete(id) {
      using lease = await backends.anyLease(null, new AbortController().signal);
      const { agent, capabilities } = lease.backend;
      if (!acpOffers(capabilities, "delete")) {
        const words = `${agent.displayName} keeps this conversation itself and has no way to delete it`;
        throw new BridgeError("unsupported", `${words}: archive it here`);
      }
      await lease.backend.enter(methods.agent.session.delete, { sessionId: id });
    },
  };
}

async function* listed(backend: Backend, cwd: string | null): AsyncGenerator<NativeSession, void> {
  if (!acpOffers(backend.capabilities, "list")) return;
  let cursor: string | null = null;
  do {
    const params: Fields = { ...(cwd !== null && { cwd }), ...(cursor !== null && { cursor }) };
    const page = await backend.enter(methods.agent.session.list, params);
    for (const session of listOf(page["sessions"])) {
      const info = acpNativeSession(session);
      if (cwd === null || info.cwd === cwd) yield info;
    }
    // One that names the page just read would go on for ever.
    const next = textOf(page["nextCursor"]);
    cursor = next === "" || next === cursor ? null : next;
  } while (cursor !== null);
}

/** All that was said in a session; nothing where the agent cannot tell. */
async function past(
  backend: Backend,
  id: string,
  folder: string | undefined,
): Promise<readonly ThreadOp[]> {
  const { capabilities, connection } = backend;
  const isKept = backend.agent.from !== "none";
  if (!isKept || !acpOffers(capabilities, "loadSession")) return [];
  let known: NativeSession | undefined;
  for await (const session of listed(backend, null)) {
    if (session.nativeId === id) known = session;
    if (known !== undefined) break;
  }
  const params = { cwd: known?.cwd ?? folder ?? "/", mcpServers: [] };
  const { replay } = await load(backend, id, params, nobody);
  connection.unroute(id);
  if (acpOffers(capabilities, "close")) {
    connection.ask(methods.agent.session.close, { sessionId: id }).catch(() => {});
  }
  const atMs = known?.updatedAtMs ?? 0;
  return replay.ops.map((op) => ({ ...op, atMs }));
}
