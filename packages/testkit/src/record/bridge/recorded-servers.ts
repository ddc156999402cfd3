import type { JsonObject } from "../../json.ts";
import { arrayOf, isObject, objectOf } from "../../json.ts";
import type { NativeEntry } from "./native-log.ts";

/** Where a server was asked last, and with what headers. */
interface Known {
  readonly url: string;
  readonly headers: Headers;
}

const address = /\b(127\.0\.0\.1|localhost):(\d+)/g;

/** The agents of a recording that are asked over HTTP: processes that print where they listen. */
export class RecordedServers {
  readonly #add: (entry: NativeEntry) => void;
  readonly #processes = new Map<string, number>();
  #requests = 0;
  #last: Known | null = null;

  constructor(add: (entry: NativeEntry) => void) {
    this.#add = add;
  }

  /** What a process printed, with `$port` for the port it says it listens at. */
  announced(text: string, process: number): string {
    return text.replaceAll(address, (_all, host: string, port: string) => {
      this.#processes.set(port, process);
      return `${host}:$port`;
    });
  }

  /** A `fetch` that writes down what is asked of these processes, and what they answer. */
  over(inner: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      const { port, origin } = new URL(request.url);
      const process = this.#processes.get(port);
      if (process === undefined) return inner(input, init);
      this.#last = { url: origin, headers: request.headers };
      const id = `fairlead-${++this.#requests}`;
      this.#add({ type: "send", process, frame: await frameOf(id, request.clone()) });
      const response = await inner(request);
      const say = (http: JsonObject): void => this.#add({ type: "recv", process, frame: { http } });
      return response.headers.get("content-type")?.startsWith("text/event-stream") === true
        ? streamed(response, id, new URL(request.url).pathname, say)
        : answered(response, id, say);
    };
  }

  /** Asks the server that was asked last, as the bridge does; null when that is not possible. */
  async list(path: string): Promise<readonly JsonObject[] | null> {
    if (this.#last === null) return null;
    const { url, headers } = this.#last;
    const authorization = headers.get("authorization");
    const response = await fetch(url + path, {
      headers: authorization === null ? {} : { authorization },
    }).catch(() => null);
    return response?.ok === true
      ? arrayOf(await response.json())
          .filter(isObject)
          .map(objectOf)
      : null;
  }
}

async function frameOf(id: string, request: Request): Promise<JsonObject> {
  const { pathname: path, searchParams } = new URL(request.url);
  const query = Object.fromEntries(searchParams);
  const body = await request.text();
  return {
    http: {
      id,
      method: request.method,
      path,
      ...(Object.keys(query).length > 0 && { query }),
      ...(body !== "" && { body: jsonOr(body) }),
    },
  };
}

async function answered(
  response: Response,
  id: string,
  say: (http: JsonObject) => void,
): Promise<Response> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get("content-type")?.startsWith("application/json") === true;
  const body = text === "" ? {} : isJson ? { body: jsonOr(text) } : { text };
  say({ id, ...(status !== 200 && { status }), ...body });
  return new Response(text === "" ? null : text, { status, headers });
}

/** The response, whose events are told as they pass. */
function streamed(
  response: Response,
  id: string,
  path: string,
  say: (http: JsonObject) => void,
): Response {
  say({ id, stream: true });
  const decoder = new TextDecoder();
  let rest = "";
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      const blocks = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) tell(block, path, say);
      controller.enqueue(bytes);
    },
  });
  const { status, headers } = response;
  return new Response(response.body?.pipeThrough(watch) ?? null, { status, headers });
}

/** One event of a stream; comments are none. */
function tell(block: string, path: string, say: (http: JsonObject) => void): void {
  const lines = block.split("\n");
  const field = (name: string): readonly string[] =>
    lines.flatMap((line) =>
      line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trimStart()] : [],
    );
  const data = field("data");
  const [event] = field("event");
  if (data.length === 0) return;
  say({ path, ...(event !== undefined && { event }), data: jsonOr(data.join("\n")) });
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
