import {
  codexVersion,
  serverResponseSchema,
  type DynamicToolSpec,
  type JsonValue,
} from "@fairlead/codex-proto";
import { z } from "zod";
import type { McpServer } from "../adapter.ts";
import { RpcError, rpcCode } from "../errors.ts";
import type { LiveThread } from "./live-thread.ts";
import type { ThreadServices } from "./services.ts";

/** A running server of one thread's client tools. */
export interface ClientToolServer extends AsyncDisposable {
  readonly mcpServer: McpServer;
}

interface Tool {
  readonly name: string;
  readonly namespace: string | null;
  readonly description: string;
  readonly inputSchema: JsonValue;
}

const call = z.looseObject({
  name: z.string(),
  arguments: z.json().optional(),
});
const request = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.unknown().optional(),
});

/**
 * Offers the client's own tools to the agent as an MCP server on loopback (streamable HTTP, answers
 * as plain JSON). A call goes to the client as `item/tool/call` and waits for it like an approval
 * does.
 */
export async function serveClientTools(
  services: ThreadServices,
  thread: LiveThread,
  specs: readonly DynamicToolSpec[],
): Promise<ClientToolServer> {
  const tools = specs.flatMap(flatten);
  const listener = await services.host.listen(async (http) => {
    if (http.method !== "POST") return new Response(null, { status: 405 });
    const message = request.safeParse(await http.json().catch(() => null));
    if (!message.success) return new Response("not a JSON-RPC request", { status: 400 });
    const { id, method, params } = message.data;
    if (id === undefined) return new Response(null, { status: 202 });
    try {
      const result = await answer(services, thread, tools, method, params, http.signal);
      return Response.json({ jsonrpc: "2.0", id, result });
    } catch (error) {
      const { code, message: text } = error instanceof RpcError ? error : internal(error);
      return Response.json({ jsonrpc: "2.0", id, error: { code, message: text } });
    }
  });
  return {
    mcpServer: {
      name: services.clientToolServer,
      url: listener.url,
      headers: { Authorization: `Bearer ${listener.token}` },
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

async function answer(
  services: ThreadServices,
  thread: LiveThread,
  tools: readonly Tool[],
  method: string,
  params: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: "2025-06-18",
        capabilities: { tools: {} },
        serverInfo: { name: "fairlead-client-tools", version: codexVersion },
      };
    case "ping":
      return {};
    case "tools/list":
      return {
        tools: tools.map(({ name, description, inputSchema }) => ({
          name,
          description,
          inputSchema,
        })),
      };
    case "tools/call": {
      const { name, arguments: args = {} } = call.parse(params);
      const tool = tools.find((candidate) => candidate.name === name);
      if (tool === undefined)
        throw RpcError.invalidParams(`the client offers no tool named ${name}`);
      return callClient(services, thread, tool, args, signal);
    }
    default:
      throw RpcError.methodNotFound(`unknown method ${method}`);
  }
}

function callClient(
  services: ThreadServices,
  thread: LiveThread,
  { name: tool, namespace }: Tool,
  args: JsonValue,
  signal: AbortSignal,
): Promise<unknown> {
  const turnId = thread.wire.recorder.openTurnId;
  if (turnId === null) throw RpcError.invalidRequest("no turn is running");
  const callId = thread.wire.recorder.openToolCall(tool, args) ?? services.mint();
  return new Promise((resolve) => {
    const params = { threadId: thread.id, turnId, callId, namespace, tool, arguments: args };
    const open = thread.wire.askInTurn({ method: "item/tool/call", params }, (reply) => {
      if (reply === null) resolve(failed("the turn ended before the client answered"));
      else if (reply.type === "error") resolve(failed(reply.error.message));
      else resolve(toolResult(reply.result));
    });
    signal.addEventListener("abort", () => open.withdraw(), { once: true });
  });
}

function toolResult(result: unknown): unknown {
  const parsed = serverResponseSchema("item/tool/call").safeParse(result);
  if (!parsed.success) return failed("the client's answer is not a tool result");
  const content = parsed.data.contentItems.map((item) => {
    switch (item.type) {
      case "inputText":
        return { type: "text", text: item.text };
      case "inputImage":
        return { type: "text", text: `[image ${item.imageUrl}]` };
      case "inputAudio":
        return { type: "text", text: `[audio ${item.audioUrl}]` };
    }
  });
  return { content, isError: !parsed.data.success };
}

function failed(message: string): unknown {
  return { content: [{ type: "text", text: message }], isError: true };
}

function internal(error: unknown): { readonly code: number; readonly message: string } {
  return {
    code: rpcCode.internalError,
    message: error instanceof Error ? error.message : String(error),
  };
}

function flatten(spec: DynamicToolSpec): Tool[] {
  const list = spec.type === "function" ? [spec] : spec.tools;
  const namespace = spec.type === "function" ? null : spec.name;
  return list.map(({ name, description, inputSchema }) => ({
    name,
    namespace,
    description,
    inputSchema,
  }));
}
