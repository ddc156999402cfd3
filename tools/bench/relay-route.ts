import { tmpdir } from "node:os";
import claudeBridge from "../../packages/bridge-claude/src/index.ts";
import { createAgentServer } from "../../packages/bridge-core/src/index.ts";
import {
  fakeHost,
  type FakeHost,
  type FakeProcess,
} from "../../packages/bridge-core/src/testing.ts";
import type { CodexClient } from "../../packages/client/src/index.ts";
import { fieldsOf, textOf } from "./fields.ts";
import { recordedInitialize, type NativeStream } from "./native-stream.ts";
import { carryLines, connectClient, type Carried, type Route } from "./route.ts";

interface Prompted {
  readonly program: FakeProcess;
  readonly promptId: string;
}

/**
 * Fairlead's way: the bridge of Claude Code, the core and its WebSocket. The program is a
 * recording.
 */
export async function openRelayRoute(): Promise<Route> {
  const host = fakeHost({ onSpawn: answerFolder });
  const server = createAgentServer({
    bridge: () => claudeBridge(host),
    dataDir: null,
    defaultCwd: tmpdir(),
    environment: () => host.environment(),
  });
  const connection = await connectClient((transport) => server.attach(transport));
  return {
    carry: (stream, onArrived = () => {}) =>
      carry(stream, connection.client, nextClaude(host).then(prompted), onArrived),
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The bridge asks the system for the real path of a thread's folder before it starts Claude. */
function answerFolder(program: FakeProcess): void {
  if (program.spec.file !== "pwd") return;
  program.emitText(program.spec.cwd);
  program.exit();
}

async function nextClaude(host: FakeHost): Promise<FakeProcess> {
  const program = await host.nextProcess();
  return program.spec.file === "pwd" ? nextClaude(host) : program;
}

/** Runs one turn, in a thread of its own. */
async function carry(
  stream: NativeStream,
  client: CodexClient,
  playing: Promise<Prompted>,
  onArrived: () => void,
): Promise<Carried> {
  const { position: from } = client;
  const { thread } = await client.request("thread/start", { ephemeral: true });
  await client.request("turn/start", {
    threadId: thread.id,
    input: [{ type: "text", text: "Say something long.", text_elements: [] }],
  });
  const { program, promptId } = await playing;
  program.lines.push(stream.head(promptId));
  await client.waitFor("item/agentMessage/delta", ({ delta }) => delta === stream.first, { from });
  const carried = await carryLines(stream, client, (lines) => program.lines.push(lines));
  onArrived();
  const { position: end } = client;
  program.lines.push(stream.tail(promptId));
  const { item } = await client.waitFor("item/completed", () => true, { from: end });
  if (item.type !== "agentMessage" || item.text !== stream.text) {
    throw new Error("the client's answer is not the text of the stream");
  }
  await client.request("thread/archive", { threadId: thread.id });
  return carried;
}

/** Resolves once the program has a prompt; what it is asked before is answered as recorded. */
async function prompted(program: FakeProcess): Promise<Prompted> {
  for (;;) {
    const frame = fieldsOf(await program.nextWrite());
    if (frame["type"] === "user") return { program, promptId: textOf(frame["uuid"]) };
    const { subtype } = fieldsOf(frame["request"]);
    const response = subtype === "initialize" ? recordedInitialize() : {};
    program.emit({
      type: "control_response",
      response: { subtype: "success", request_id: frame["request_id"], response },
    });
  }
}
