/**
 * A stdio MCP server for the live scenarios. `greet` writes `mcp.txt` into the folder it runs in
 * and greets; `choose` asks the user for a colour first.
 */
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";

const message = z.discriminatedUnion("method", [
  z.object({
    method: z.literal("initialize"),
    id: z.number(),
    params: z.looseObject({ protocolVersion: z.string() }),
  }),
  z.object({ method: z.literal("tools/list"), id: z.number() }),
  z.object({
    method: z.literal("tools/call"),
    id: z.number(),
    params: z.looseObject({
      name: z.string(),
      arguments: z.object({ name: z.string() }).partial(),
    }),
  }),
]);
const chosen = z.object({
  id: z.literal("elicitation"),
  result: z.object({ action: z.string(), content: z.object({ colour: z.string() }) }),
});

const person = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const colour = { type: "object", properties: { colour: { type: "string" } }, required: ["colour"] };
const tools = [
  { name: "greet", description: "Greets somebody.", inputSchema: person },
  { name: "choose", description: "Lets the user choose.", inputSchema: { type: "object" } },
];

function send(frame: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...frame })}\n`);
}

function say(id: number, text: string): void {
  send({ id, result: { content: [{ type: "text", text }] } });
}

/** Answers a request; returns its id when the answer has to wait for the user. */
function answer(request: z.infer<typeof message>): number | null {
  const { id } = request;
  switch (request.method) {
    case "initialize": {
      const { protocolVersion } = request.params;
      const serverInfo = { name: "live", version: "0" };
      send({ id, result: { protocolVersion, serverInfo, capabilities: { tools: {} } } });
      return null;
    }
    case "tools/list":
      send({ id, result: { tools } });
      return null;
    case "tools/call": {
      const { name = "" } = request.params.arguments;
      if (request.params.name === "greet") {
        writeFileSync("mcp.txt", name);
        say(id, `hello ${name.split("").toReversed().join("")}`);
        return null;
      }
      const params = { message: "Which colour?", requestedSchema: colour };
      send({ id: "elicitation", method: "elicitation/create", params });
      return id;
    }
  }
}

let waiting: number | null = null;
for await (const line of createInterface(process.stdin)) {
  const frame: unknown = JSON.parse(line);
  const request = message.safeParse(frame);
  const choice = chosen.safeParse(frame);
  if (request.success) waiting = answer(request.data) ?? waiting;
  if (choice.success && waiting !== null) {
    const { action, content } = choice.data.result;
    say(waiting, `chose ${action} ${content.colour}`);
  }
}
