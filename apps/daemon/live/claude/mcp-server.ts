/**
 * A stdio MCP server for the live scenarios. `greet` writes `mcp.txt` into the folder it runs in and greets; `choose`
 * asks the user for a colour first.
 */
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const person = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const colour = { type: "object", properties: { colour: { type: "string" } }, required: ["colour"] };
const tools = [
  { name: "greet", description: "Greets somebody.", inputSchema: person },
  { name: "choose", description: "Lets the user choose.", inputSchema: { type: "object" } },
];

/** Id of the call that waits for the user. */
let waiting = null;

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function say(id, text) {
  send({ id, result: { content: [{ type: "text", text }] } });
}

function call(id, { name, arguments: args }) {
  if (name === "greet") {
    writeFileSync("mcp.txt", String(args.name));
    return say(id, `hello ${[...args.name].toReversed().join("")}`);
  }
  waiting = id;
  const params = { message: "Which colour?", requestedSchema: colour };
  send({ id: "elicitation", method: "elicitation/create", params });
}

for await (const line of createInterface(process.stdin)) {
  const { id, method, params, result } = JSON.parse(line);
  switch (method) {
    case "initialize": {
      const { protocolVersion } = params;
      const serverInfo = { name: "live", version: "0" };
      send({ id, result: { protocolVersion, serverInfo, capabilities: { tools: {} } } });
      break;
    }
    case "tools/list":
      send({ id, result: { tools } });
      break;
    case "tools/call":
      call(id, params);
      break;
    case undefined:
      if (id === "elicitation") say(waiting, `chose ${result.action} ${result.content?.colour}`);
      break;
    default:
      if (id !== undefined) send({ id, result: {} });
  }
}
