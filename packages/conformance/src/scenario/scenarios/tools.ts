import type { Scenario } from "../scenario.ts";
import { free, opening, turn, turnCompleted, wholeTurn } from "../scripts.ts";
import type { JsonObject } from "../step.ts";

/** Plan mode, as `turn/start` takes it. */
const planMode: JsonObject = {
  mode: "plan",
  settings: { model: "mock-model", reasoning_effort: "medium", developer_instructions: null },
};

/** An MCP server with one tool, which says its text back. */
const mcpServer = `
const tools = [
  {
    name: "say_back",
    description: "Says it back",
    inputSchema: { type: "object", properties: { text: { type: "string" } } },
    annotations: { readOnlyHint: true },
  },
];
const results = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "probe", version: "1.0.0" },
  }),
  "tools/list": () => ({ tools }),
  "tools/call": (params) => ({ content: [{ type: "text", text: params.arguments.text }] }),
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = (results[method] ?? (() => ({})))(params);
  console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
});
`.trimStart();

const clientTool: JsonObject = {
  type: "function",
  name: "my_tool",
  description: "A tool of the client",
  inputSchema: { type: "object", properties: { a: { type: "string" } } },
};

/** Plans, questions, tools of others, and sub-agents. */
export const toolScenarios: readonly Scenario[] = [
  {
    id: "plan",
    title: "The agent's plan is told as a list of steps with their status.",
    needs: ["plan"],
    steps: [...opening(), ...wholeTurn("plan", "plan: read, write, test ;; say: planned")],
  },
  {
    id: "plan-mode",
    title: "In plan mode the proposed plan is an item of its own.",
    needs: ["planMode"],
    steps: [
      ...opening(),
      ...wholeTurn("plan-mode", "say: <proposed_plan>\\n# My plan\\n1. do\\n</proposed_plan>", {
        collaborationMode: planMode,
      }),
    ],
  },
  {
    id: "question",
    title: "A question of the agent waits for the user and gets the answer.",
    needs: ["question"],
    steps: [
      ...opening(),
      turn("question", "ask: Which colour? ;; say: got it", { collaborationMode: planMode }),
      {
        type: "answer",
        to: { method: "item/tool/requestUserInput" },
        capture: { question: "params.questions.0.id" },
        with: { answers: { $question: { answers: ["Red"] } } },
      },
      turnCompleted,
    ],
  },
  {
    id: "mcp",
    title: "A call of an MCP tool is an item with its arguments and its result.",
    needs: ["mcp"],
    files: { "mcp-server.cjs": mcpServer },
    steps: [
      ...opening({
        ...free,
        config: { mcp_servers: { probe: { command: "node", args: ["$cwd/mcp-server.cjs"] } } },
      }),
      ...wholeTurn("mcp", 'tool: mcp__probe/say_back {"text":"through the tool"} ;; say: done'),
    ],
  },
  {
    id: "dynamic-tool",
    title: "A tool of the client is called, and the client's result goes to the agent.",
    needs: ["clientTools"],
    steps: [
      ...opening({ ...free, dynamicTools: [clientTool] }),
      turn("client-tool", 'tool: my_tool {"a":"b"} ;; say: done'),
      {
        type: "answer",
        to: { method: "item/tool/call" },
        with: { contentItems: [{ type: "inputText", text: "made by the client" }], success: true },
      },
      turnCompleted,
    ],
  },
  {
    id: "subagent",
    title: "A sub-agent has a thread of its own, whose turn ends too.",
    needs: ["subagent"],
    steps: [
      ...opening(),
      turn("subagent", "task: say: from the sub-agent ;; say: parent finished"),
      turnCompleted,
      turnCompleted,
    ],
  },
];
