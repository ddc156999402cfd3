import type { ThreadOp } from "@fairlead/bridge-core";
import {
  listOf,
  MessageStream,
  planStep,
  saidOutcome,
  textOf,
  type Fields,
  type MessageTongue,
} from "@fairlead/bridge-core/parts";
import { failureOf } from "../failures.ts";
import { itemOf, needsBefore, type Absolute } from "./tools.ts";

/** What Amp prints, as ops. */
export function ampStream(session: string | null, absolute: Absolute): MessageStream {
  const tongue: MessageTongue = {
    item: (name, input, before) => itemOf(name, input, absolute, before),
    needsBefore: ({ name, input }) => needsBefore(name, input),
    outcome: ({ item }, content, failed) => saidOutcome(item, content, failed),
    // It writes `in-progress` and `todo`.
    steps: ({ name, input }) =>
      name !== "todo_write"
        ? null
        : listOf(input["todos"]).map(({ content, status }) =>
            planStep(textOf(content), textOf(status).replace("-", "_")),
          ),
    unfinished: /^Tool status: /,
    mustAsk: ({ item }) =>
      item.type === "fileChange" || (item.type === "command" && item.actions === undefined),
    failure: failureOf,
    init: lostServers,
  };
  return new MessageStream(session, tongue);
}

/** Servers that cannot be used are worth a word: Amp goes on without them. */
function lostServers(frame: Fields): ThreadOp[] {
  const lost = ["failed", "denied", "blocked-by-registry", "awaiting-approval"];
  return listOf(frame["mcp_servers"])
    .filter(({ status }) => lost.includes(textOf(status)))
    .map(({ name, status }) => {
      const message = `Amp cannot use the MCP server ${textOf(name)}: ${textOf(status)}.`;
      return { op: "notice", message };
    });
}
