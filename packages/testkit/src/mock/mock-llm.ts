import { once, setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { JsonObject } from "../json.ts";
import { isObject } from "../json.ts";
import { lastUserText } from "./conversation.ts";
import { dialects } from "./dialect.ts";
import { openEventStream } from "./event-stream.ts";
import { modelRequest } from "./model-request.ts";
import { play } from "./play.ts";

/** One request that reached the mock. */
export interface MockRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** Parsed JSON body; empty when there was none. */
  readonly body: JsonObject;
  /** The last text the user typed; undefined when the request is no model request. */
  readonly prompt: string | undefined;
}

/** Where {@link startMockLlm} listens. */
export interface MockLlmOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
}

/** A running mock LLM. Disposing it is {@link MockLlm.close}. */
export interface MockLlm extends AsyncDisposable {
  /** `http://host:port`, without `/v1`. */
  readonly url: string;
  readonly port: number;
  /** Every request since the start or the last reset, in order of arrival. */
  readonly requests: readonly MockRequest[];
  /**
   * Resolves with the first request that matches, whether it has arrived already or is yet to.
   * Rejects when the mock is closed before that.
   */
  waitForRequest(matches: (request: MockRequest) => boolean): Promise<MockRequest>;
  /** Forgets the requests and how often `error: NAME xN` was played. */
  reset(): void;
  /** Lets every answer that holds at this moment go on. */
  release(): void;
  /** Breaks open connections and stops listening. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a scriptable model on loopback that speaks OpenAI Responses (`/v1/responses`), Anthropic
 * Messages (`/v1/messages`), OpenAI Chat Completions (`/v1/chat/completions`) and Google's
 * `generateContent` (`/v1beta/models/MODEL:…`). The last text the user typed is a program; see
 * `program.ts`. Rejects when the port cannot be had.
 */
export async function startMockLlm(options: MockLlmOptions = {}): Promise<MockLlm> {
  const host = options.host ?? "127.0.0.1";
  const requests: MockRequest[] = [];
  const failures = new Map<string, number>();
  const events = new EventTarget();
  const closing = new AbortController();
  // Any number of answers may hold and any number of tests wait.
  setMaxListeners(0, events, closing.signal);

  const hold = (signal: AbortSignal): Promise<void> =>
    once(events, "release", { signal }).then(
      () => undefined,
      () => undefined,
    );

  const record = (request: MockRequest): void => {
    requests.push(request);
    events.dispatchEvent(new Event("request"));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, { error: { message: String(error) } });
      else response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const path = new URL(request.url ?? "/", "http://mock").pathname;
    const body = parseBody(await text(request));
    if (body === undefined) {
      sendJson(response, 400, { error: { message: "mock: the body is not a JSON object" } });
      return;
    }
    const asked = modelRequest(method, path);
    if (asked === undefined) {
      record({ method, path, body, prompt: undefined });
      answerOther(method, path, response);
      return;
    }
    const { read, stream, body: bodyOf, refusal } = dialects[asked.api];
    const conversation = read({ ...body, ...asked.inPath });
    record({ method, path, body, prompt: lastUserText(conversation)?.text });
    const session = request.headers["session-id"] ?? request.headers["x-claude-code-session-id"];
    const scope = (key: string): string => `${String(session)} ${key}`;
    const reply = play(conversation, {
      get: (key) => failures.get(scope(key)) ?? 0,
      add: (key) => failures.set(scope(key), (failures.get(scope(key)) ?? 0) + 1),
    });
    if (reply.type === "refusal") {
      sendJson(response, reply.status, refusal(reply));
      return;
    }
    const hangUp = new AbortController();
    response.once("close", () => hangUp.abort());
    if (conversation.stream) {
      await stream(reply, conversation.model, openEventStream(response, hangUp.signal, hold));
      response.end();
      return;
    }
    if (reply.parts.some((part) => part.type === "text" && part.holds)) await hold(hangUp.signal);
    switch (reply.ending.type) {
      case "complete":
        sendJson(response, 200, bodyOf(reply, conversation.model));
        return;
      case "failed": {
        const { code, message } = reply.ending;
        sendJson(response, 500, refusal({ type: "refusal", status: 500, code, message }));
        return;
      }
      case "disconnect":
        response.destroy();
    }
  }

  server.listen(options.port ?? 0, host);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  const close = async (): Promise<void> => {
    if (closing.signal.aborted) return;
    closing.abort(new Error("the mock LLM was closed"));
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };

  return {
    url: `http://${host}:${port}`,
    port,
    requests,
    async waitForRequest(matches) {
      for (;;) {
        const found = requests.find(matches);
        if (found !== undefined) return found;
        closing.signal.throwIfAborted();
        await once(events, "request", { signal: closing.signal }).catch(() => undefined);
      }
    },
    reset() {
      requests.length = 0;
      failures.clear();
    },
    release: () => void events.dispatchEvent(new Event("release")),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function answerOther(method: string, path: string, response: ServerResponse): void {
  if (path === "/v1/messages/count_tokens") {
    sendJson(response, 200, { input_tokens: 1000 });
  } else if (path.endsWith(":countTokens")) {
    sendJson(response, 200, { totalTokens: 1000 });
  } else if (path === "/v1/models") {
    // Members of both providers' lists at once.
    const created = { object: "model", created: 0, owned_by: "mock", type: "model" };
    const model = { ...created, id: "mock-model", display_name: "Mock", created_at: new Date(0) };
    sendJson(response, 200, { object: "list", data: [model], has_more: false });
  } else if (path === "/") {
    sendJson(response, 200, {});
  } else {
    sendJson(response, 404, { error: { message: `mock: no answer to ${method} ${path}` } });
  }
}

function parseBody(raw: string): JsonObject | undefined {
  if (raw === "") return {};
  try {
    const body: unknown = JSON.parse(raw);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
