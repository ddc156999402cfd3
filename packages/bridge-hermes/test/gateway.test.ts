import { fieldsOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import {
  answered,
  compact,
  event,
  complete,
  folder,
  idle,
  isEnd,
  opened,
  openOn,
  hostOf,
  nextHermes,
  playing,
  python,
  turn,
  turnOver,
  working,
} from "./open-thread.ts";

test("text and thinking stream; an interrupt ends the turn", async () => {
  const thread = await playing("text", "gateway");
  expect(await turn(thread, "say: hello there")).toMatchInlineSnapshot(`
    "open {"key":"text-1","item":{"type":"message"}}
    text text-1 hello there
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "think: deep")).toMatchInlineSnapshot(`
    "open {"key":"text-1","item":{"type":"reasoning"}}
    text text-1 Considering: deep
    close {"key":"text-1"}
    open {"key":"text-2","item":{"type":"message"}}
    text text-2 deep
    close {"key":"text-2"}
    title {"title":"Mock title"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"3"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  await thread.prompt("slow: 20");
  await thread.until(({ op }) => op === "text");
  await thread.thread.interrupt();
  expect(compact(await thread.until(isEnd))).toMatchInlineSnapshot(`
    "close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"5"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"interrupted"}"
  `);
});

test("every call with an effect is asked before it runs, also those of scripts and sub-agents", async () => {
  const thread = await playing("tools", "gateway");
  expect(await turn(thread, "run: echo hi; exit 3 ;; say: fin")).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"command","command":"echo hi; exit 3","cwd":null}}
    ask {"id":"ask-1","ask":{"kind":"command","key":"#1","reason":null,"scope":"terminal echo hi; exit 3"}}
    close {"key":"#1","status":"failed","output":"hi","item":{"type":"command","exitCode":3}}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 fin
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "run: touch no ;; say: fin", "decline")).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"command","command":"touch no","cwd":null}}
    ask {"id":"ask-2","ask":{"kind":"command","key":"#1","reason":null,"scope":"terminal touch no"}}
    close {"key":"#1","status":"declined"}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 fin
    close {"key":"text-1"}
    title {"title":"Mock title"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"5"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "write: a.txt = one ;; say: w")).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one"}]}}
    ask {"id":"ask-3","ask":{"kind":"fileChange","key":"#1","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#1","status":"completed"}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 w
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"9"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "plan: first, second ;; ask: Which? ;; say: ok"))
    .toMatchInlineSnapshot(`
      "plan {"steps":[{"step":"first","status":"inProgress"},{"step":"second","status":"pending"}]}
      open {"key":"#1","item":{"type":"tool","tool":"clarify","arguments":{"question":"Which?","choices":["Red","Blue"]}}}
      ask {"id":"ask-4","ask":{"kind":"questions","key":"#1","questions":[{"id":"answer","header":"","question":"Which?","options":[{"label":"Red","description":""},{"label":"Blue","description":""}],"multiple":false,"freeText":true,"secret":false}]}}
      close {"key":"#1","status":"completed","item":{"type":"tool","result":[{"type":"text","text":"{\\"question\\":\\"Which?\\",\\"choices_offered\\":[\\"Red\\",\\"Blue\\"],\\"user_response\\":\\"Blue\\"}"}]}}
      open {"key":"text-1","item":{"type":"message"}}
      text text-1 ok
      close {"key":"text-1"}
      alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"13"}
      end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
    `);
  expect(await turn(thread, 'tool: read_file {"path":"a.txt"} ;; say: r')).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"command","command":"cat a.txt","cwd":null,"actions":[{"type":"read","command":"cat a.txt","name":"a.txt","path":"a.txt"}]}}
    close {"key":"#1","status":"completed","output":"1|one"}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 r
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"19"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  // Hermes' own question about what was allowed a moment ago is answered with it.
  expect(await turn(thread, `run: rm -rf ${folder}/gone ;; say: g`)).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"command","command":"rm -rf /home/user/project/gone","cwd":null}}
    ask {"id":"ask-5","ask":{"kind":"command","key":"#1","reason":null,"scope":"terminal rm -rf /home/user/project/gone"}}
    close {"key":"#1","status":"completed","output":"","item":{"type":"command","exitCode":0}}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 g
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"23"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  const code = String.raw`from hermes_tools import terminal\nprint(terminal(\"echo nested\"))`;
  expect(await turn(thread, `tool: execute_code {"code":"${code}"} ;; say: coded`))
    .toMatchInlineSnapshot(`
      "open {"key":"#1","item":{"type":"command","command":"python3 - <<'EOF'\\nfrom hermes_tools import terminal\\nprint(terminal(\\"echo nested\\"))\\nEOF","cwd":null}}
      ask {"id":"ask-6","ask":{"kind":"command","key":"#1","reason":null,"scope":"execute_code python3 - <<'EOF'\\nfrom hermes_tools import terminal\\nprint(terminal(\\"echo nested\\"))\\nEOF"}}
      open {"key":"call-9","item":{"type":"command","command":"echo nested","cwd":null}}
      ask {"id":"ask-7","ask":{"kind":"command","key":"call-9","reason":null,"scope":"terminal echo nested"}}
      close {"key":"call-9","status":"completed","output":"nested","item":{"type":"command","exitCode":0}}
      close {"key":"#1","status":"completed","output":"{'output': 'nested', 'exit_code': 0, 'error': None}\\n","item":{"type":"command","exitCode":0}}
      open {"key":"text-1","item":{"type":"message"}}
      text text-1 coded
      close {"key":"text-1"}
      alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"27"}
      end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
    `);
  const child = 'tool: delegate_task {"goal":"run: echo child"} ;; say: back';
  expect(await turn(thread, child)).toMatchInlineSnapshot(`
    "open {"key":"#1","item":{"type":"subagent","prompt":"run: echo child"}}
    child {"key":"#2","item":"#1","nativeId":"#2","title":"run: echo child"}
    begin {"thread":"#2","turn":"#2","input":[{"type":"text","text":"run: echo child","text_elements":[]}]}
    open {"key":"#3","item":{"type":"command","command":"echo child","cwd":null},"thread":"#2"}
    ask {"id":"ask-8","ask":{"kind":"command","key":"#3","reason":null,"scope":"terminal echo child"},"thread":"#2"}
    close {"key":"#3","status":"completed","output":"child","item":{"type":"command","exitCode":0},"thread":"#2"}
    open {"key":"summary","item":{"type":"message"},"thread":"#2"}
    text summary done: run: echo child
    close {"key":"summary","thread":"#2"}
    end {"turn":"#2","thread":"#2","status":"completed"}
    close {"key":"#1","status":"completed"}
    open {"key":"text-1","item":{"type":"message"}}
    text text-1 back
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"31"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(thread, "error: 401")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"39"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"failed","failure":{"kind":"unauthenticated","message":"401: mock: invalid api key","httpStatus":401}}"
  `);
});

test("the gateway is started by Hermes' own Python; servers and instructions are in no argument", async () => {
  const mcpServers = [
    { name: "one", url: "http://127.0.0.1:1/", headers: { authorization: "key" } },
  ];
  const { gateway, thread } = await opened({ mcpServers, instructions: "Be brief." });
  const { file, args, cwd, env } = gateway.spec;
  expect([file, cwd, thread.nativeId]).toEqual([python, folder, "stored"]);
  expect(args).toEqual([expect.stringMatching(/hermes-client\/python\/fairlead_gateway\.py$/)]);
  expect(env).toEqual({
    FAIRLEAD_HERMES_MCP: JSON.stringify({
      one: { url: "http://127.0.0.1:1/", headers: { authorization: "key" } },
    }),
    FAIRLEAD_HERMES_INSTRUCTIONS: "Be brief.",
  });
});

test("a prompt that Hermes hands back, as it worked unasked, is asked within its turn", async () => {
  const { gateway, until } = await working();
  gateway.emit(event("session.info", { ...idle, steer: "go" }));
  expect(await answered(gateway, "prompt.submit")).toMatchObject({ text: "go" });
  turnOver(gateway);
  await until(isEnd);
});

test("a model that Hermes did not take is told again", async () => {
  const { gateway, prompt } = await opened();
  for (const attempt of [1, 2]) {
    const handed = prompt(`go ${attempt}`, { model: "custom/none" });
    const { id, method } = fieldsOf(await gateway.nextWrite());
    expect(method).toBe("config.set");
    gateway.emit({ jsonrpc: "2.0", id, error: { code: 1, message: "no such model" } });
    await expect(handed).rejects.toThrow("no such model");
  }
});

test("more input that came too late is asked within the same turn", async () => {
  const { gateway, thread, until } = await working();
  const steered = thread.steer?.([{ type: "text", text: "more", text_elements: [] }], "s");
  expect(await answered(gateway, "fairlead.steer")).toMatchObject({ text: "more" });
  await steered;
  gateway.emit(complete, event("session.info", { ...idle, steer: "more" }));
  expect(await answered(gateway, "prompt.submit")).toMatchObject({ text: "more" });
  gateway.emit(
    event("message.delta", { text: "yes" }),
    complete,
    event("session.info", { ...idle, rows: [7, 9] }),
  );
  expect(compact(await until(isEnd))).toMatchInlineSnapshot(`
    "open {"key":"text-1","item":{"type":"message"}}
    text text-1 yes
    close {"key":"text-1"}
    alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"9"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  await expect(
    thread.steer?.([{ type: "text", text: "late", text_elements: [] }], "t"),
  ).rejects.toMatchObject({ kind: "not-running" });
});

test("a fork leaves out what comes behind a turn, and tells how the others are called now", async () => {
  const host = hostOf(null);
  const opening = openOn(host, { from: { nativeId: "old", fork: true, before: "9" } });
  const gateway = await nextHermes(host);
  expect(
    await answered(gateway, "session.resume", { session_id: "live", session_key: "old" }),
  ).toMatchObject({ session_id: "old" });
  const copy = { session_id: "copied", stored_session_id: "new", kept: [3, 5], rows: [21, 23] };
  expect(await answered(gateway, "fairlead.fork", copy)).toEqual({
    session_id: "live",
    before: "9",
  });
  await answered(gateway, "fairlead.standing", { rows: [21, 23] });
  const { thread, until } = await opening;
  expect(thread.nativeId).toBe("new");
  expect(compact(await until((op) => op.op === "alias" && op.key === "23"))).toMatchInlineSnapshot(`
    "alias {"id":"3","key":"21"}
    alias {"id":"5","key":"23"}"
  `);
});

test("a model and an effort hold for this conversation alone", async () => {
  const { gateway, prompt } = await opened();
  const handed = prompt("go", { model: "custom:mock/vendor/mock-2", effort: "high" });
  const value = "vendor/mock-2 --provider custom:mock --session";
  expect(await answered(gateway, "config.set")).toEqual({
    session_id: "live",
    key: "model",
    value,
  });
  expect(await answered(gateway, "fairlead.effort")).toEqual({
    session_id: "live",
    effort: "high",
  });
  await answered(gateway, "prompt.submit");
  await handed;
});

test("a skill is what Hermes makes of its name; any other such word stays as it is", async () => {
  const { gateway, prompt } = await opened();
  for (const [answer, text] of [
    [{ text: "Read SKILL.md, then: a file" }, "Read SKILL.md, then: a file"],
    [{}, "/review a file"],
  ] as const) {
    const handed = prompt("/review a file");
    const asked = { session_id: "live", name: "review", given: "a file" };
    expect(await answered(gateway, "fairlead.skill", answer)).toEqual(asked);
    expect(await answered(gateway, "prompt.submit")).toEqual({ session_id: "live", text });
    await handed;
  }
});

test("a conversation that is compacted has its new id as soon as it is stored", async () => {
  const { gateway, thread, until } = await opened();
  const compacting = thread.compact?.();
  const moved = { ...idle, stored_session_id: "newer", rows: [] };
  gateway.emit(
    event("status.update", { kind: "compacting", text: "…" }),
    event("session.info", moved),
  );
  await answered(gateway, "session.compress");
  await compacting;
  expect(compact(await until(isEnd)).replaceAll(/0{60}\d+/g, "#")).toMatchInlineSnapshot(`
    "begin {"turn":"compact:#","input":[]}
    open {"key":"compact:#","item":{"type":"compaction"}}
    close {"key":"compact:#"}
    end {"turn":"compact:#","status":"completed"}"
  `);
  gateway.emit(event("session.info", { ...moved, rows: [8] }));
  expect(await until(({ op }) => op === "session")).toEqual([{ op: "session", nativeId: "newer" }]);
});

test("the program's end ends the thread", async () => {
  const { gateway, until } = await opened();
  gateway.exit({ code: 1, stderr: "Traceback: no" });
  await expect(until(isEnd)).rejects.toThrow(/Hermes ended \(exit code 1\): Traceback: no/);
});
