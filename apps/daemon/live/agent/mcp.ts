import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { completed, itemOf, lastTold } from "../expect.ts";
import type { LiveScenario } from "../scenario.ts";
import type { LiveContext } from "../context.ts";
import { call } from "./steps.ts";

const script = fileURLToPath(new URL("mcp-server.ts", import.meta.url));
const args = ["--import", import.meta.resolve("tsx"), script];
/** The configuration of a thread that has the server of `mcp-server.ts`. */
const config = { mcp_servers: { live: { command: process.execPath, args } } };

/** A call of the server's tool. */
function greet({ agent }: LiveContext, threadId: string): string {
  return call(agent.mcpTool("live", "greet", threadId), { name: "lumen" });
}

/** MCP servers and the client's own tools. */
export const mcp = [
  {
    id: "mcp-accepted",
    sentence: "An MCP tool is asked for like any other; its result reaches the model.",
    async run(live) {
      const thread = await live.start({ config });
      const turn = await live.turn(thread, `${greet(live, thread)} ;; say: greeted`, {
        decide: "accept",
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      const item = itemOf(turn.items, "mcpToolCall");
      assert.deepEqual([item.server, item.tool, item.status], ["live", "greet", "completed"]);
      assert.match(JSON.stringify(item.result), /hello nemul/);
      assert.match(lastTold(live.mock), /hello nemul/);
      assert.equal(await live.read("mcp.txt"), "lumen");
    },
  },
  {
    id: "mcp-declined",
    sentence: "A declined MCP call never reaches its server.",
    async run(live) {
      const thread = await live.start({ config });
      const turn = await live.turn(thread, `${greet(live, thread)} ;; say: not`, {
        decide: "decline",
      });
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await live.made("mcp.txt"), false);
    },
  },
  {
    id: "mcp-elicitation",
    sentence: "An MCP server's question goes to the client, the answer back to it.",
    async run(live) {
      const questions: string[] = [];
      live.own(
        live.client.onServerRequest("mcpServer/elicitation/request", (request) => {
          questions.push("message" in request ? `${request.serverName}: ${request.message}` : "");
          return { action: "accept", content: { colour: "forty-two" }, _meta: null };
        }),
      );
      const thread = await live.start({ config });
      const choose = call(live.agent.mcpTool("live", "choose", thread), {});
      const turn = await live.turn(thread, `${choose} ;; say: chosen`, { decide: "accept" });
      completed(turn);
      assert.deepEqual(questions, ["live: Which colour?"]);
      const item = itemOf(turn.items, "mcpToolCall");
      assert.match(JSON.stringify(item.result), /chose accept forty-two/);
      assert.match(lastTold(live.mock), /chose accept forty-two/);
    },
  },
  {
    id: "dynamic-tools",
    sentence: "The client's own tools are an MCP server to the agent; the client answers the call.",
    async run(live) {
      const calls: unknown[] = [];
      live.own(
        live.client.onServerRequest("item/tool/call", ({ tool, arguments: given }) => {
          calls.push([tool, given]);
          return { success: true, contentItems: [{ type: "inputText", text: "forty-two" }] };
        }),
      );
      const inputSchema = { type: "object", properties: { of: { type: "string" } } };
      const description = "Answers.";
      const tool = { type: "function", name: "answer", description, inputSchema } as const;
      const thread = await live.start({ dynamicTools: [tool] });
      const program = `${call(live.agent.mcpTool("client", "answer", thread), { of: "all" })} ;; say: answered`;
      const turn = await live.turn(thread, program, { decide: "accept" });
      completed(turn);
      assert.deepEqual(calls, [["answer", { of: "all" }]]);
      const item = itemOf(turn.items, "dynamicToolCall");
      assert.deepEqual([item.tool, item.success], ["answer", true]);
      assert.match(lastTold(live.mock), /forty-two/);
    },
  },
] as const satisfies readonly LiveScenario[];
