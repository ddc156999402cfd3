import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BridgeHost } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import { checkBearer } from "../transport/bearer.ts";

type Handler = Parameters<BridgeHost["listen"]>[0];
type Listener = Awaited<ReturnType<BridgeHost["listen"]>>;

/**
 * An HTTP server on a free loopback port that answers only requests bearing its random token. A
 * handler that throws is answered 500 and logged. Dispose ends open requests too.
 */
export async function listenLoopback(handler: Handler, log: BridgeHost["log"]): Promise<Listener> {
  const token = randomBytes(32).toString("hex");
  const server = createServer((request, response) => {
    answer(request, response, handler, token).catch((error: unknown) => {
      log("warn", `a loopback request failed: ${messageOf(error)}`, error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handler: Handler,
  token: string,
): Promise<void> {
  const refusal = checkBearer(incoming.headers.authorization, token);
  if (refusal !== null) {
    outgoing.writeHead(401).end(refusal);
    return;
  }
  const response = await handler(toRequest(incoming, outgoing));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body), outgoing);
}

function toRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(new URL(incoming.url ?? "/", "http://127.0.0.1"), {
    method,
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : undefined),
  });
}
