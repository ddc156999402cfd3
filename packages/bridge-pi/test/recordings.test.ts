import { expect, test } from "vitest";
import { compact, isAsk, isEnd, openThread, type OpenedThread } from "./open-thread.ts";

/** The ops of one turn; what is asked gets this answer. */
async function turn(
  opened: OpenedThread,
  text: string,
  answer: "accept" | "decline" = "accept",
): Promise<string> {
  await opened.prompt(text);
  const ops = await opened.until((op) => isAsk(op) || isEnd(op));
  for (let last = ops.at(-1); last?.op === "ask"; last = ops.at(-1)) {
    await opened.thread.answer(last.id, { type: answer });
    ops.push(...(await opened.until((op) => isAsk(op) || isEnd(op))));
  }
  return compact(ops);
}

const tools =
  'run: echo hi; exit 3 ;; write: a.txt = one\\ntwo\\n ;; edit: a.txt = one => ONE ;; write: a.txt = three\\n ;; tool: read {"path":"a.txt"} ;; say: done';

test("text and thinking stream", async () => {
  const opened = await openThread({ playing: "text" });
  expect(await turn(opened, "say: hello there")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"assistant:#2:0","item":{"type":"message"}}
    text assistant:#2:0 "hello there"
    close {"key":"assistant:#2:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  expect(await turn(opened, "think: deep ;; say: ok")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"assistant:#2:0","item":{"type":"reasoning"}}
    text assistant:#2:0 "Considering: deep"
    open {"key":"assistant:#2:1","item":{"type":"message"}}
    text assistant:#2:1 "deep"
    close {"key":"assistant:#2:0"}
    close {"key":"assistant:#2:1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test.each(["text-0.73", "text-0.87"])("%s: an older Pi streams the same", async (playing) => {
  const opened = await openThread({ playing });
  expect(await turn(opened, "think: deep ;; say: ok")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"assistant:#2:0","item":{"type":"reasoning"}}
    text assistant:#2:0 "Considering: deep"
    open {"key":"assistant:#2:1","item":{"type":"message"}}
    text assistant:#2:1 "deep"
    close {"key":"assistant:#2:0"}
    close {"key":"assistant:#2:1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("tools: a command that fails, a file made, edited and replaced, and read unasked", async () => {
  const opened = await openThread({ playing: "tools" });
  expect(await turn(opened, tools)).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"#2","item":{"type":"command","command":"echo hi; exit 3","cwd":null}}
    ask {"id":"53a1241b-aecc-4cec-8dce-defbf5dfc85d","ask":{"kind":"command","key":"#2","reason":null,"scope":"bash echo hi; exit 3"}}
    output {"key":"#2","total":"hi\\n"}
    close {"key":"#2","status":"failed","output":"hi\\n","item":{"type":"command","exitCode":3}}
    open {"key":"#3","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one\\ntwo\\n"}]}}
    ask {"id":"c23730df-0fe8-433c-8c08-d0dddb117af6","ask":{"kind":"fileChange","key":"#3","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#3","status":"completed"}
    open {"key":"#4","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-one\\n+ONE\\n"}]}}
    ask {"id":"719fd7ed-6b88-429d-a403-78a39997226d","ask":{"kind":"fileChange","key":"#4","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#4","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,2 +1,2 @@\\n-one\\n+ONE\\n two\\n"}]}}
    open {"key":"#5","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,2 +1,1 @@\\n-ONE\\n-two\\n+three\\n"}]}}
    ask {"id":"cee36d86-f69b-4ed6-b1f1-4549b81197ae","ask":{"kind":"fileChange","key":"#5","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#5","status":"completed"}
    open {"key":"#6","item":{"type":"command","command":"cat a.txt","cwd":null,"actions":[{"type":"read","command":"cat a.txt","name":"a.txt","path":"a.txt"}]}}
    close {"key":"#6","status":"completed","output":"three\\n","item":{"type":"command","exitCode":0}}
    open {"key":"assistant:#7:0","item":{"type":"message"}}
    text assistant:#7:0 "done"
    close {"key":"assistant:#7:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("two commands at once", async () => {
  const opened = await openThread({ playing: "tools" });
  await turn(opened, tools);
  expect(await turn(opened, "parallel: sleep 0.3; echo A ### echo B ;; say: both"))
    .toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"#2","item":{"type":"command","command":"sleep 0.3; echo A","cwd":null}}
    ask {"id":"a1a71204-1007-4378-ac2e-ba7fd5602dae","ask":{"kind":"command","key":"#2","reason":null,"scope":"bash sleep 0.3; echo A"}}
    open {"key":"#3","item":{"type":"command","command":"echo B","cwd":null}}
    ask {"id":"6496fd99-9337-4c94-a10b-f6ecfc3fd118","ask":{"kind":"command","key":"#3","reason":null,"scope":"bash echo B"}}
    output {"key":"#3","total":"B\\n"}
    close {"key":"#3","status":"completed","output":"B\\n","item":{"type":"command","exitCode":0}}
    output {"key":"#2","total":"A\\n"}
    close {"key":"#2","status":"completed","output":"A\\n","item":{"type":"command","exitCode":0}}
    open {"key":"assistant:#4:0","item":{"type":"message"}}
    text assistant:#4:0 "both"
    close {"key":"assistant:#4:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("0.73: the exit code is in the words, an edit keeps the hunks it was asked about with", async () => {
  const opened = await openThread({ playing: "tools-0.73" });
  const [words] = tools.split(" ;; write: a.txt = three");
  expect(await turn(opened, `${words} ;; say: done`)).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"#2","item":{"type":"command","command":"echo hi; exit 3","cwd":null}}
    ask {"id":"c46621a2-76cc-4b22-84cb-c5b8536f9418","ask":{"kind":"command","key":"#2","reason":null,"scope":"bash echo hi; exit 3"}}
    output {"key":"#2","total":"hi\\n"}
    close {"key":"#2","status":"failed","output":"hi\\n","item":{"type":"command","exitCode":3}}
    open {"key":"#3","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one\\ntwo\\n"}]}}
    ask {"id":"038f4316-6e96-44e4-9472-b6b38befe167","ask":{"kind":"fileChange","key":"#3","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#3","status":"completed"}
    open {"key":"#4","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-one\\n+ONE\\n"}]}}
    ask {"id":"5668e251-37e6-48a7-a3a1-81b245daf66b","ask":{"kind":"fileChange","key":"#4","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#4","status":"completed"}
    open {"key":"assistant:#5:0","item":{"type":"message"}}
    text assistant:#5:0 "done"
    close {"key":"assistant:#5:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("a command that is declined shows none of the words for the model", async () => {
  const opened = await openThread({ playing: "decline" });
  expect(await turn(opened, "run: touch never ;; say: then not", "decline")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"#2","item":{"type":"command","command":"touch never","cwd":null}}
    ask {"id":"47efdfe1-72eb-4303-a198-a79b5e991738","ask":{"kind":"command","key":"#2","reason":null,"scope":"bash touch never"}}
    close {"key":"#2","status":"declined"}
    open {"key":"assistant:#3:0","item":{"type":"message"}}
    text assistant:#3:0 "then not"
    close {"key":"assistant:#3:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("a steer is answered inside the turn", async () => {
  const opened = await openThread({ playing: "steer" });
  await opened.prompt("run: sleep 0.5; echo x ;; say: after", {
    approvals: "auto",
    sandbox: "danger-full-access",
  });
  const before = await opened.until(({ op }) => op === "open");
  await opened.thread.steer?.(
    [{ type: "text", text: "say: steered", text_elements: [] }],
    "steer-1",
  );
  expect(compact([...before, ...(await opened.until(isEnd))])).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"#2","item":{"type":"command","command":"sleep 0.5; echo x","cwd":null}}
    output {"key":"#2","total":"x\\n"}
    close {"key":"#2","status":"completed","output":"x\\n","item":{"type":"command","exitCode":0}}
    alias {"id":"steer-1","key":"user:#3"}
    open {"key":"assistant:#4:0","item":{"type":"message"}}
    text assistant:#4:0 "steered"
    close {"key":"assistant:#4:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("an interrupt ends the turn as interrupted, with what was said", async () => {
  const opened = await openThread({ playing: "interrupt" });
  await opened.prompt("slow: 40");
  const before = await opened.until(({ op }) => op === "text");
  const interrupted = opened.thread.interrupt();
  const after = await opened.until(isEnd);
  await interrupted;
  expect(compact([...before, ...after])).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"assistant:#2:0","item":{"type":"message"}}
    text assistant:#2:0 "tick1 "
    close {"key":"assistant:#2:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"interrupted"}"
  `);
});

// Before 0.80 the model's client tries twice before Pi hears of it.
const retries = [
  ["retry", 1],
  ["retry-0.73", 3],
] as const;
test.each(retries)("%s: a failure that is tried again does not end the turn", async (...row) => {
  const [playing, times] = row;
  const opened = await openThread({ playing });
  const retried = await turn(opened, `error: 429 x${times} ;; say: recovered`);
  expect(retried).toMatch(/retry .*"rate-limit".*"httpStatus":429/);
  expect(retried).toMatch(/"recovered"[\s\S]*"status":"completed"}$/);
  const failed = await turn(opened, "error: 401");
  expect(failed).toMatch(/"status":"failed","failure":{"kind":"unauthenticated".*"httpStatus":401/);
});

test("a compaction is a turn of its own, joined to the one on disk", async () => {
  const opened = await openThread({ playing: "compact" });
  await turn(opened, `say: ${"word ".repeat(20)}`);
  await turn(opened, "big: 90");
  await turn(opened, "say: two");
  await opened.thread.compact?.();
  expect(compact(await opened.until(isEnd))).toMatchInlineSnapshot(`
    "begin {"turn":"compact:#1","input":[]}
    alias {"id":"compact:#1","key":"compaction:3a5b5cfe:1501"}
    open {"key":"compaction:3a5b5cfe:1501","item":{"type":"compaction"}}
    close {"key":"compaction:3a5b5cfe:1501"}
    end {"turn":"compact:#1","status":"completed"}"
  `);
});

test("dialogs of an extension's are questions; a command that is handled is a turn", async () => {
  const opened = await openThread({ playing: "dialogs" });
  const handed = opened.prompt("/hello");
  const ops = [];
  for (let asked = 0; asked < 3; asked += 1) {
    ops.push(...(await opened.until(isAsk)));
    const last = ops.at(-1);
    if (last?.op !== "ask" || last.ask.kind !== "questions") throw new Error("no question");
    const [question] = last.ask.questions;
    const answers = { [last.id]: [question?.options[0]?.label ?? "bob"] };
    await opened.thread.answer(last.id, { type: "answers", answers });
  }
  await handed;
  expect(compact([...ops, ...(await opened.until(isEnd))])).toMatchInlineSnapshot(`
    "open {"key":"5827c3f9-6a0d-46b5-95a6-3dae9c8c61b8","item":{"type":"tool","tool":"select","arguments":{"question":"Which?"}}}
    ask {"id":"5827c3f9-6a0d-46b5-95a6-3dae9c8c61b8","ask":{"kind":"questions","key":"5827c3f9-6a0d-46b5-95a6-3dae9c8c61b8","questions":[{"id":"5827c3f9-6a0d-46b5-95a6-3dae9c8c61b8","header":"Pi","question":"Which?","options":[{"label":"red","description":""},{"label":"blue","description":""}],"multiple":false,"freeText":false,"secret":false}]}}
    close {"key":"5827c3f9-6a0d-46b5-95a6-3dae9c8c61b8"}
    open {"key":"ed3eebd1-8545-48d1-8ed0-8a2e65dcb1af","item":{"type":"tool","tool":"confirm","arguments":{"question":"Sure?\\nReally"}}}
    ask {"id":"ed3eebd1-8545-48d1-8ed0-8a2e65dcb1af","ask":{"kind":"questions","key":"ed3eebd1-8545-48d1-8ed0-8a2e65dcb1af","questions":[{"id":"ed3eebd1-8545-48d1-8ed0-8a2e65dcb1af","header":"Pi","question":"Sure?\\nReally","options":[{"label":"Yes","description":""},{"label":"No","description":""}],"multiple":false,"freeText":false,"secret":false}]}}
    close {"key":"ed3eebd1-8545-48d1-8ed0-8a2e65dcb1af"}
    open {"key":"2bd8a232-c8a2-4297-9eea-92741137fe84","item":{"type":"tool","tool":"input","arguments":{"question":"Name?\\nyour name"}}}
    ask {"id":"2bd8a232-c8a2-4297-9eea-92741137fe84","ask":{"kind":"questions","key":"2bd8a232-c8a2-4297-9eea-92741137fe84","questions":[{"id":"2bd8a232-c8a2-4297-9eea-92741137fe84","header":"Pi","question":"Name?\\nyour name","options":[],"multiple":false,"freeText":true,"secret":false}]}}
    close {"key":"2bd8a232-c8a2-4297-9eea-92741137fe84"}
    notice {"message":"got redtruebob"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("a tool of an MCP server's is shown as one, and asked about", async () => {
  const server = { name: "srv", command: "node", args: ["mcp.mjs"], env: { KEY: "!$HOME" } };
  const opened = await openThread({ playing: "mcp", spec: { mcpServers: [server] } });
  expect(await turn(opened, 'tool: mcp__srv__shout {"text":"hi"} ;; say: m'))
    .toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"user:#1"}
    open {"key":"#2","item":{"type":"mcpTool","server":"srv","tool":"shout","arguments":{"text":"hi"}}}
    ask {"id":"13fdb54c-90ae-4e71-8006-c50b01f4fb1a","ask":{"kind":"command","key":"#2","reason":"mcp__srv__shout {\\"text\\":\\"hi\\"}","scope":"mcp__srv__shout {\\"text\\":\\"hi\\"}"}}
    close {"key":"#2","status":"completed","item":{"type":"mcpTool","result":[{"type":"text","text":"HIundefined"}]}}
    open {"key":"assistant:#3:0","item":{"type":"message"}}
    text assistant:#3:0 "m"
    close {"key":"assistant:#3:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  const { env = {}, args } = opened.pi.spec;
  expect(JSON.parse(env["FAIRLEAD_PI_MCP"] ?? "")).toEqual({
    srv: { command: "node", args: ["mcp.mjs"], env: { KEY: "$!$$HOME" }, exposure: "direct" },
  });
  expect(args.join(" ")).not.toContain("mcp.mjs");
});
