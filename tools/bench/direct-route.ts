import { Peer } from "../../packages/bridge-core/src/rpc/peer.ts";
import { deltaOf, fieldsOf, textOf } from "./fields.ts";
import { carryLines, connectClient, type Route } from "./route.ts";

const place = {
  threadId: "00000000-0000-7000-8000-000000000001",
  turnId: "00000000-0000-7000-8000-000000000002",
  itemId: "00000000-0000-7000-8000-000000000003",
};

/** The least there is to do: parse each native line, make its text a notification, send it. */
export async function openDirectRoute(): Promise<Route> {
  let send = (_text: string): void => {};
  const connection = await connectClient((transport) => {
    const peer = new Peer(transport, { onRequest: () => ({}) });
    send = (text) => peer.sendText(text);
  });
  return {
    carry: (stream) =>
      carryLines(stream, connection.client, (lines) => {
        for (const line of lines) {
          const delta = textOf(deltaOf(fieldsOf(JSON.parse(line)))["text"]);
          const params = { ...place, delta };
          const method = "item/agentMessage/delta";
          send(JSON.stringify({ method, params, emittedAtMs: Date.now() }));
        }
      }),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
