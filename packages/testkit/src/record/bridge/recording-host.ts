import type { AgentProcess, BridgeFactory, BridgeHost } from "@fairlead/bridge-core";
import { isObject, objectOf } from "../../json.ts";
import type { NativeEntry } from "./native-log.ts";
import type { RecordedServers } from "./recorded-servers.ts";

/** A bridge whose processes, requests, and agent's calls of client tools are written down. */
export function recordedBridge(
  factory: BridgeFactory,
  servers: RecordedServers,
  add: (entry: NativeEntry) => void,
): BridgeFactory {
  return (host) => {
    const adapter = factory(recordingHost(host, servers, add));
    return {
      ...adapter,
      async openThread(spec, call) {
        const mcpServers = await Promise.all(
          spec.mcpServers.map(async (server) => {
            if (!("url" in server)) return server;
            const { url, headers } = server;
            const listener = await host.listen((request) => forward(request, url, headers, add));
            return {
              ...server,
              url: listener.url,
              headers: { Authorization: `Bearer ${listener.token}` },
            };
          }),
        );
        return adapter.openThread({ ...spec, mcpServers }, call);
      },
      [Symbol.asyncDispose]: () => adapter[Symbol.asyncDispose](),
    };
  };
}

async function forward(
  request: Request,
  url: string,
  headers: Readonly<Record<string, string>>,
  add: (entry: NativeEntry) => void,
): Promise<Response> {
  const text = await request.text();
  if (request.method === "POST") {
    const body: unknown = JSON.parse(text);
    if (isObject(body) && body["method"] === "tools/call")
      add({ type: "post", to: "tool", body: objectOf(body) });
  }
  const init = {
    method: request.method,
    headers: { ...headers, "content-type": "application/json" },
  };
  return fetch(url, request.method === "POST" ? { ...init, body: text } : init);
}

function recordingHost(
  host: BridgeHost,
  servers: RecordedServers,
  add: (entry: NativeEntry) => void,
): BridgeHost {
  let processes = 0;
  return {
    ...host,
    fetch: servers.over(host.fetch),
    listen: (handler) =>
      host.listen(async (request) => {
        const body: unknown = await request.clone().json();
        add({ type: "post", to: "gate", body: objectOf(body) });
        return handler(request);
      }),
    spawn(spec) {
      const inner = host.spawn(spec);
      const process = processes++;
      add({ type: "start", process, args: [spec.file, ...spec.args] });
      return recordedProcess(inner, process, servers, add);
    },
  };
}

function recordedProcess(
  inner: AgentProcess,
  process: number,
  servers: RecordedServers,
  add: (entry: NativeEntry) => void,
): AgentProcess {
  void inner.exited.then(({ code, stderr }) => add({ type: "exit", process, code, stderr }));
  return {
    lines: recordedLines(inner, process, servers, add),
    exited: inner.exited,
    write(message) {
      if (isObject(message)) add({ type: "send", process, frame: objectOf(message) });
      return inner.write(message);
    },
    end: () => inner.end(),
    signal(name) {
      add({ type: "signal", process, name });
      inner.signal(name);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

async function* recordedLines(
  { lines }: AgentProcess,
  process: number,
  servers: RecordedServers,
  add: (entry: NativeEntry) => void,
): AsyncGenerator<{ readonly json: unknown } | { readonly text: string }> {
  for await (const line of lines) {
    if ("json" in line && isObject(line.json))
      add({ type: "recv", process, frame: objectOf(line.json) });
    if ("text" in line) add({ type: "text", process, text: servers.announced(line.text, process) });
    yield line;
  }
}
