import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import hermes from "../src/index.ts";
import {
  answered,
  compact,
  folder,
  hostOf,
  isAsk,
  isEnd,
  nextHermes,
  openOn,
  playing,
  settings,
  signal,
  turn,
} from "./open-thread.ts";

const key = "0123456789abcdef";
const environment = { API_SERVER_KEY: key, API_SERVER_PORT: "8700" };

/** A running gateway's API: every run tells these events; what is asked of it is kept. */
function apiTelling(...runs: readonly (readonly object[])[]) {
  const asked: string[] = [];
  let answered: () => void = () => {};
  const approved = new Promise<void>((resolve) => (answered = resolve));
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const { pathname, host } = new URL(url instanceof Request ? url.url : url);
    const authorized = new Headers(init?.headers).get("authorization") === `Bearer ${key}`;
    const json = (body: object): Response => Response.json(body);
    if (host !== "127.0.0.1:8700") return new Response("", { status: 404 });
    if (pathname === "/health")
      return json({ status: "ok", platform: "hermes-agent", version: "0.17.0" });
    if (!authorized) return new Response("{}", { status: 401 });
    if (pathname === "/v1/capabilities") return json({ features: {} });
    if (init?.method === "POST") asked.push(`${pathname} ${textOf(init.body)}`);
    if (pathname === "/v1/runs")
      return json({ run_id: `run_${asked.filter((each) => each.startsWith("/v1/runs ")).length}` });
    if (/approval|stop$/.test(pathname)) answered();
    if (!pathname.endsWith("/events")) return json({});
    const events = runs[Number(/run_(\d)/.exec(pathname)?.[1]) - 1] ?? [];
    const encoder = new TextEncoder();
    async function* told(): AsyncGenerator<Uint8Array> {
      for (const event of events) {
        if ("waits" in event) await approved;
        else yield encoder.encode(`data: ${JSON.stringify(event)}\n\n`);
      }
    }
    const headers = { "content-type": "text/event-stream" };
    return new Response(ReadableStream.from(told()), { headers });
  };
  return { fetch, asked };
}

test("a running gateway's API is used where there is no other; the rest is told and asked", async () => {
  const { fetch, asked } = apiTelling(
    [
      { event: "tool.started", tool: "terminal", preview: "rm -rf x" },
      {
        event: "approval.request",
        command: "rm -rf x",
        description: "recursive delete",
        choices: ["once"],
      },
      { waits: true },
      { event: "tool.completed", tool: "terminal", error: true },
      { event: "message.delta", delta: "\n\nfin" },
      { event: "run.completed", output: "fin", usage: { input_tokens: 10, output_tokens: 2 } },
    ],
    [{ event: "message.delta", delta: "tick" }, { waits: true }, { event: "run.cancelled" }],
    [{ event: "run.failed", error: "HTTP 401: no" }],
  );
  const host = hostOf("api", { fetch, environment });
  const thread = await openOn(host);
  expect(thread.adapter.capabilities.gating).toBe("some");
  expect(await turn(thread, "go", "decline")).toMatchInlineSnapshot(`
    "notice {"message":"Hermes is reached by the gateway that runs at http://127.0.0.1:8700, for its own stdio gateway was not found: it works in the folder of its own settings (\`terminal.cwd\`, by default the home folder), not in the thread's."}
    open {"key":"call-1","item":{"type":"command","command":"rm -rf x","cwd":null}}
    ask {"id":"ask-1","ask":{"kind":"command","key":"call-1","reason":"recursive delete","scope":"terminal rm -rf x"}}
    close {"key":"call-1","status":"declined"}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 fin
    close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(asked[1]).toBe('/v1/runs/run_1/approval {"choice":"deny"}');
  await thread.prompt("slow");
  await thread.until(({ op }) => op === "text");
  await thread.thread.interrupt();
  expect(compact(await thread.until(isEnd))).toMatchInlineSnapshot(`
    "close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"interrupted"}"
  `);
  expect(await turn(thread, "again")).toMatchInlineSnapshot(
    `"end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"failed","failure":{"kind":"unauthenticated","message":"401: no","httpStatus":401}}"`,
  );
  // What was said before goes with each run: this server loads no history.
  expect(
    fieldsOf(JSON.parse(asked.at(-1)?.replace("/v1/runs ", "") ?? ""))["conversation_history"],
  ).toEqual([
    { role: "user", content: "go" },
    { role: "assistant", content: "fin" },
    { role: "user", content: "slow" },
  ]);
  expect(JSON.stringify([host.logged, host.processes.map(({ spec }) => spec.args)])).not.toContain(
    key,
  );
});

test("over ACP, too, nothing is allowed for longer than once", async () => {
  const thread = await playing("acp", "acp");
  expect(thread.adapter.capabilities.gating).toBe("some");
  expect(await turn(thread, "say: hello")).toMatchInlineSnapshot(`
    "notice {"message":"Hermes is reached by \`hermes acp\`, for its stdio gateway was not found."}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 hello
    title {"title":"Mock title"}
    close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "run: echo hi; exit 3 ;; say: fin")).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"command","command":"echo hi; exit 3","cwd":null}}
    close {"key":"#1","status":"failed","output":"hi","item":{"type":"command","exitCode":3}}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 fin
    close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, `run: rm -rf ${folder}/gone ;; say: g`, "decline"))
    .toMatchInlineSnapshot(`
      "open {"key":"#1","item":{"type":"command","command":"rm -rf /home/user/project/gone","cwd":null}}
      ask {"id":"ask-1","ask":{"kind":"command","key":"#1","reason":"recursive delete","scope":"terminal rm -rf /home/user/project/gone"}}
      close {"key":"#1","status":"declined"}
      open {"key":"text-1","item":{"type":"message"}}
      text text-1 g
      close {"key":"text-1"}
      end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
    `);
  expect(await turn(thread, "write: a.txt = one ;; say: w")).toMatchInlineSnapshot(`
    "open {"key":"call-asked-1","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one"}]}}
    ask {"id":"ask-2","ask":{"kind":"fileChange","key":"call-asked-1","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 w
    close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "plan: first, second ;; say: p")).toMatchInlineSnapshot(`
    "plan {"steps":[{"step":"first","status":"inProgress"},{"step":"second","status":"pending"}]}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 p
    close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  await thread.prompt("slow: 20");
  await thread.until(({ op }) => op === "text");
  await thread.thread.interrupt();
  expect(compact(await thread.until(isEnd))).toMatchInlineSnapshot(`
    "close {"key":"text-1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"interrupted"}"
  `);
});

test("hermes chat is called for each prompt, with harmless tools unless all is granted", async () => {
  const host = hostOf("chat");
  const thread = await openOn(host);
  expect(thread.adapter.capabilities.gating).toBe("all");
  await thread.prompt("--say hello");
  const first = await nextHermes(host);
  expect(first.spec.args).toEqual([
    "chat",
    "-Q",
    "--query=--say hello",
    "--toolsets",
    "todo,session_search",
  ]);
  first.emitText("hello");
  first.exit({ stderr: "\nsession_id: 20261121_010504_e0fffe\n" });
  expect(compact(await thread.until(isEnd))).toMatchInlineSnapshot(`
    "notice {"message":"Hermes is reached by \`hermes chat\`, for no better way was found: it cannot ask, and so has tools without effects only, unless everything is allowed."}
    open {"key":"answer","item":{"type":"message"}}
    text answer hello
    close {"key":"answer"}
    session {"nativeId":"#1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  await thread.prompt("more", { approvals: "auto", sandbox: "danger-full-access" });
  const second = await nextHermes(host);
  expect(second.spec.args).toEqual([
    "chat",
    "-Q",
    "--query=more",
    "--resume",
    "20261121_010504_e0fffe",
  ]);
  second.exit({
    code: 1,
    stderr: "Error: HTTP 429: slow down\n\nsession_id: 20261121_010504_e0fffe\n",
  });
  expect(compact(await thread.until(isEnd))).toMatchInlineSnapshot(
    `"end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"failed","failure":{"kind":"rate-limit","message":"429: slow down","httpStatus":429}}"`,
  );
  await thread.prompt("long");
  const third = await nextHermes(host);
  await thread.thread.interrupt();
  third.exit({ code: null, signal: "SIGTERM" });
  expect(compact(await thread.until(isEnd))).toMatchInlineSnapshot(
    `"end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"interrupted"}"`,
  );
});

test("the best way there is is taken, and says so", async () => {
  const host = hostOf(null);
  const adapter = hermes(host);
  expect(await adapter.probe({ signal })).toEqual({ available: true, version: "0.17.0" });
  expect(host.logged.map(({ message }) => message)).toEqual([
    "Hermes is reached by gateway: Hermes is reached by its stdio gateway.",
  ]);
  const { fetch } = apiTelling();
  const other = hostOf(null, { fetch, environment, files: {} });
  expect(await hermes(other).probe({ signal })).toEqual({ available: true, version: "0.17.0" });
  expect(other.logged[0]?.message).toMatch(/^Hermes is reached by api: /);
  const last = hostOf(null, { files: {} });
  expect(await hermes(last).probe({ signal })).toEqual({ available: true, version: null });
  expect(last.logged[0]?.message).toMatch(/^Hermes is reached by acp: /);
});

test("what a way does not know is refused with a sentence", async () => {
  const thread = await openOn(hostOf("chat"));
  expect(thread.thread.nativeId).toBeNull();
  await expect(thread.prompt("hi", { effort: "high" })).rejects.toThrow(
    /knows no fairlead\.effort/,
  );
  const image = [{ type: "image" as const, url: "data:image/png;base64,AA==" }];
  const prompt = { id: "x", input: image, settings, outputSchema: null } as const;
  await expect(thread.thread.prompt(prompt)).rejects.toThrow(/knows no image/);
});

test("over the API an answer allows nothing but the question it is to", async () => {
  const request = { event: "approval.request", description: "recursive delete" };
  const { fetch, asked } = apiTelling([
    { event: "tool.started", tool: "terminal", preview: "rm -rf one" },
    { ...request, command: "rm -rf one" },
    { event: "tool.started", tool: "terminal", preview: "rm -rf two" },
    { ...request, command: "rm -rf two" },
    { waits: true },
    { event: "run.completed", output: "" },
  ]);
  const thread = await openOn(hostOf(null, { fetch, environment, files: {} }));
  await thread.prompt("go");
  const ops = await thread.until(isEnd);
  expect(ops.filter(({ op }) => op === "ask").length).toBe(1);
  // They could not be told apart.
  expect(asked[1]).toBe('/v1/runs/run_1/approval {"choice":"deny","all":true}');
});

test("a server that is not Hermes is told no key", async () => {
  const told: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = (_url, init) => {
    told.push(new Headers(init?.headers).get("authorization"));
    return Promise.resolve(Response.json({}));
  };
  const host = hostOf(null, { fetch, environment, files: {} });
  await hermes(host).probe({ signal });
  expect(host.logged[0]?.message).toMatch(/^Hermes is reached by acp: /);
  expect(told).toEqual([null]);
});

test("over ACP a dangerous command is asked about each time, also in equal words at once", async () => {
  const host = hostOf("acp");
  const opening = openOn(host);
  const agent = await nextHermes(host);
  await answered(agent, "initialize");
  await answered(agent, "session/new", { sessionId: "s" });
  const thread = await opening;
  await thread.prompt("go");
  await agent.nextWrite();
  const update = (id: string) =>
    agent.emit({
      jsonrpc: "2.0",
      method: "session/update",
      params: {
        update: { sessionUpdate: "tool_call", toolCallId: id, title: "terminal: rm -rf x" },
      },
    });
  const ask = (id: number) =>
    agent.emit({
      jsonrpc: "2.0",
      id,
      method: "session/request_permission",
      params: {
        options: [{ optionId: "allow_once", kind: "allow_once" }],
        toolCall: { rawInput: { command: "rm -rf x", description: "delete" } },
      },
    });
  update("one");
  update("two");
  for (const id of [1, 2]) {
    ask(id);
    const asked = (await thread.until(isAsk)).at(-1);
    if (asked?.op !== "ask") throw new Error("nothing was asked");
    await thread.thread.answer(asked.id, { type: "accept" });
    expect(await agent.nextWrite()).toMatchObject({ id });
  }
});
