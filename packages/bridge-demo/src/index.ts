import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { BridgeError } from "@fairlead/bridge-core";
import type { AgentProcess, BridgeFactory, BridgeHost, ThreadOp } from "@fairlead/bridge-core";
import { z } from "zod";

const id = z.string();
const status = z.enum(["completed", "failed", "declined"]);

/** What the agent says, as told at the head of `agent.ts`. */
const Frame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), version: z.string() }),
  z.object({ type: z.enum(["say", "output"]), id, delta: z.string() }),
  z.object({ type: z.literal("run"), id, command: z.string() }),
  z.object({ type: z.literal("write"), id, path: z.string(), body: z.string() }),
  z.object({ type: z.literal("ask"), id, tool: z.enum(["run", "write"]), scope: z.string() }),
  z.object({ type: z.literal("closed"), id, status, exitCode: z.number().nullish() }),
  z.object({ type: z.literal("done"), id, status: z.enum(["completed", "interrupted"]) }),
]);

/** Pure: what the agent said becomes what it did. Its own item ids are the keys. */
function* translate(frame: z.infer<typeof Frame>): Generator<ThreadOp, void, void> {
  if (frame.type === "hello") return;
  const { id, id: key } = frame;
  switch (frame.type) {
    case "say":
      yield { op: "open", key, item: { type: "message" } };
      return yield { op: "text", key, delta: frame.delta };
    case "run": {
      const { command } = frame;
      return yield { op: "open", key, item: { type: "command", command, cwd: null } };
    }
    case "write": {
      const changes = [{ path: frame.path, kind: "add", diff: frame.body }] as const;
      return yield { op: "open", key, item: { type: "fileChange", changes } };
    }
    case "ask": {
      const kind = frame.tool === "run" ? "command" : "fileChange";
      return yield { op: "ask", id, ask: { kind, key, reason: null, scope: frame.scope } };
    }
    case "output":
      return yield { op: "output", key, delta: frame.delta };
    case "closed": {
      const { status, exitCode } = frame;
      const patch = exitCode === undefined ? {} : { item: { type: "command", exitCode } as const };
      return yield { op: "close", key, status, ...patch };
    }
    case "done":
      return yield { op: "end", turn: id, status: frame.status };
  }
}

function launch(host: BridgeHost, cwd: string): AgentProcess {
  const agent = fileURLToPath(new URL(`agent${extname(import.meta.url)}`, import.meta.url));
  // Only inside this repository: the agent's source needs a loader, its build none.
  const loader = agent.endsWith(".ts") ? ["--import", createRequire(agent).resolve("tsx")] : [];
  return host.spawn({ file: "node", args: [...loader, agent], cwd });
}

/** Ends by throwing: an agent that says no more is gone. */
async function* opsOf(agent: AgentProcess, log: BridgeHost["log"]): AsyncIterable<ThreadOp> {
  for await (const line of agent.lines) {
    const frame = Frame.safeParse("json" in line ? line.json : null);
    if (frame.success) yield* translate(frame.data);
    else log("warn", "the demo agent said something unknown", line);
  }
  const { code, signal, stderr } = await agent.exited;
  throw new BridgeError("crashed", `demo agent: exit ${signal ?? code} ${stderr}`.trim());
}

/**
 * The bridge of the demo agent, and the example of a bridge: a schema of what the agent says, its
 * pure translation, and the verbs. The agent asks before every effect and keeps no sessions.
 */
const demoBridge: BridgeFactory = (host) => ({
  contract: 1,
  id: "demo",
  displayName: "Demo agent",
  capabilities: { gating: "all", from: "none", spare: true, input: ["text"] },
  async probe({ signal }) {
    await using agent = launch(host, process.cwd());
    signal.addEventListener("abort", () => agent.signal("SIGTERM"), { once: true });
    for await (const line of agent.lines) {
      const { data } = Frame.safeParse("json" in line ? line.json : null);
      if (data?.type === "hello") return { available: true, version: data.version };
    }
    const detail = `the demo agent did not start: ${(await agent.exited).stderr}`;
    return { available: false, reason: "error", detail, login: null };
  },
  async openThread({ cwd }) {
    const agent = launch(host, cwd);
    return {
      nativeId: null,
      ops: opsOf(agent, host.log),
      async prompt({ id, input, settings: { approvals, sandbox } }) {
        const text = input.map((part) => (part.type === "text" ? part.text : "")).join("\n");
        // The agent cannot confine a command, so it asks unless there is nothing to confine.
        const ask = approvals === "ask" || sandbox !== "danger-full-access";
        await agent.write({ type: "prompt", id, text, ask });
      },
      interrupt: () => agent.write({ type: "interrupt" }),
      answer: (id, { type }) => agent.write({ type: "answer", id, answer: type }),
      [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose](),
    };
  },
  async listModels() {
    return [{ id: "demo", label: "Demo", efforts: [], defaultEffort: null, default: true }];
  },
  async [Symbol.asyncDispose]() {},
});

export default demoBridge;
