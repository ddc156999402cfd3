import type { AskAnswer, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import {
  compact,
  fixture,
  isAsk,
  isEnd,
  openThread,
  recorded,
  turnId,
  type OpenedThread,
} from "./open-thread.ts";

/** The texts of the prompts in a recording. */
function promptsOf(name: string): string[] {
  return recorded(name).flatMap(({ dir, frame }) => {
    const { method, params } = fieldsOf(frame);
    const isPrompt = dir === "send" && method === "droid.add_user_message";
    return isPrompt ? [textOf(fieldsOf(params)["text"])] : [];
  });
}

/** The ops up to the turn's end; what is asked gets this answer. */
async function rest(opened: OpenedThread, answer: AskAnswer): Promise<ThreadOp[]> {
  const ops = await opened.until((op) => isAsk(op) || isEnd(op));
  for (let last = ops.at(-1); last?.op === "ask"; last = ops.at(-1)) {
    await opened.thread.answer(last.id, answer);
    ops.push(...(await opened.until((op) => isAsk(op) || isEnd(op))));
  }
  return ops;
}

const accept = { type: "accept" } as const;

test("tools: a command that fails, a file made and edited, a list of steps, thinking", async () => {
  const opened = await openThread({ playing: "tools" });
  await opened.prompt(promptsOf("tools")[0] ?? "");
  expect(compact(await rest(opened, accept))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"00000000-0000-7000-8000-00000000bbbb"}
    open {"key":"#1","item":{"type":"command","command":"echo hi; exit 3","cwd":null}}
    ask {"id":"#1:#1","ask":{"kind":"command","key":"#1","reason":"r","scope":"Execute echo hi; exit 3"}}
    output {"key":"#1","total":"hi\\n"}
    close {"key":"#1","status":"failed","output":"hi\\n","item":{"type":"command","exitCode":3}}
    open {"key":"#2","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one\\ntwo"}]}}
    ask {"id":"#2:#2","ask":{"kind":"fileChange","key":"#2","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#2","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"add","diff":"one\\ntwo"}]}}
    open {"key":"#3","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-one\\n+ONE\\n"}]}}
    ask {"id":"#3:#3","ask":{"kind":"fileChange","key":"#3","reason":null,"scope":"changes of /home/user/project/a.txt"}}
    close {"key":"#3","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/a.txt","kind":"update","diff":"@@ -1,2 +1,2 @@\\n-one\\n+ONE\\n two\\n"}]}}
    open {"key":"#4","item":{"type":"command","command":"cat /home/user/project/a.txt","cwd":null,"actions":[{"type":"read","command":"cat /home/user/project/a.txt","name":"a.txt","path":"/home/user/project/a.txt"}]}}
    close {"key":"#4","status":"completed","output":"ONE\\ntwo","item":{"type":"command","exitCode":0}}
    plan {"steps":[{"step":"first","status":"completed"},{"step":"second","status":"inProgress"}]}
    open {"key":"9c4696dc-c128-47dc-badd-a07b123d35d4:0","item":{"type":"reasoning"}}
    text 9c4696dc-c128-47dc-badd-a07b123d35d4:0 "Considering: deep"
    close {"key":"9c4696dc-c128-47dc-badd-a07b123d35d4:0"}
    open {"key":"9c4696dc-c128-47dc-badd-a07b123d35d4:1","item":{"type":"message"}}
    text 9c4696dc-c128-47dc-badd-a07b123d35d4:1 "deep"
    close {"key":"9c4696dc-c128-47dc-badd-a07b123d35d4:1"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("a command that Droid would run unasked is held; declined, the model goes on", async () => {
  const opened = await openThread({ playing: "decline" });
  await opened.prompt(promptsOf("decline")[0] ?? "");
  expect(compact(await rest(opened, { type: "decline" }))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"00000000-0000-7000-8000-00000000bbbb"}
    open {"key":"#1","item":{"type":"command","command":"ls > no","cwd":null}}
    ask {"id":"#1:#1","ask":{"kind":"command","key":"#1","reason":"r","scope":"Execute ls > no"}}
    close {"key":"#1","status":"failed"}
    open {"key":"984ef24e-dc73-4deb-8916-ad18919ace2f:0","item":{"type":"message"}}
    text 984ef24e-dc73-4deb-8916-ad18919ace2f:0 "went on"
    close {"key":"984ef24e-dc73-4deb-8916-ad18919ace2f:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("a plan is an item and a question; going ahead ends plan mode; a question of Droid's own", async () => {
  const opened = await openThread({ playing: "plan" });
  const [plan = "", question = ""] = promptsOf("plan");
  await opened.prompt(plan, { mode: "plan" });
  const goAhead = { type: "answers", answers: { go: ["Yes, go ahead"] } } as const;
  expect(compact(await rest(opened, goAhead))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"00000000-0000-7000-8000-00000000bbbb"}
    open {"key":"#1","item":{"type":"plan","text":"# Plan"}}
    ask {"id":"65071978-0686-41db-939d-c6f51ff2c7bd:#1","ask":{"kind":"questions","key":"#1","questions":[{"id":"go","header":"Plan","question":"Shall Droid go ahead with this plan?","options":[{"label":"Yes, go ahead","description":""},{"label":"No, keep planning","description":""}],"multiple":false,"freeText":false,"secret":false}]}}
    settings {"changed":{"mode":"default"}}
    close {"key":"#1","status":"completed"}
    open {"key":"6e241cdc-8cbb-4f3d-8a53-eb4fc43bd15b:0","item":{"type":"message"}}
    text 6e241cdc-8cbb-4f3d-8a53-eb4fc43bd15b:0 "going"
    close {"key":"6e241cdc-8cbb-4f3d-8a53-eb4fc43bd15b:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
  await opened.prompt(question, {}, `${turnId.slice(0, -1)}1`);
  const blue = { type: "answers", answers: { "question-1": ["Blue"] } } as const;
  expect(compact(await rest(opened, blue))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbb1","key":"00000000-0000-7000-8000-00000000bbb1"}
    open {"key":"#1","item":{"type":"tool","tool":"AskUser","arguments":{"questionnaire":"1. [question] Which color?\\n[topic] Color\\n[option] Red\\n[option] Blue\\n"}}}
    ask {"id":"8055543e-25b4-42e1-840b-ce402be84e85","ask":{"kind":"questions","key":"#1","questions":[{"id":"question-1","header":"Color","question":"Which color?","options":[{"label":"Red","description":""},{"label":"Blue","description":""}],"multiple":false,"freeText":true,"secret":false}]}}
    close {"key":"#1","status":"completed","item":{"type":"tool","result":[{"type":"text","text":"1. [question] Which color?\\n[answer] Blue"}]}}
    open {"key":"0f2d607a-34a7-46ae-a6b2-7b163fabae0f:0","item":{"type":"message"}}
    text 0f2d607a-34a7-46ae-a6b2-7b163fabae0f:0 "ok"
    close {"key":"0f2d607a-34a7-46ae-a6b2-7b163fabae0f:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbb1","status":"completed"}"
  `);
});

test("an interrupted command: its second result is none", async () => {
  const opened = await openThread({ playing: "interrupt" });
  await opened.prompt(promptsOf("interrupt")[0] ?? "");
  const [ask] = (await opened.until(isAsk)).slice(-1);
  await opened.thread.answer(ask?.op === "ask" ? ask.id : "", accept);
  await opened.until(({ op }) => op === "output");
  await opened.thread.interrupt();
  expect(compact(await opened.until(isEnd))).toMatchInlineSnapshot(`
    "close {"key":"#1","status":"failed"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"interrupted"}"
  `);
});

test("a refused key; an answer that breaks off and is begun anew", async () => {
  const opened = await openThread({ playing: "errors" });
  const [refused = "", broken = ""] = promptsOf("errors");
  await opened.prompt(refused);
  expect(compact(await opened.until(isEnd))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbbb","key":"00000000-0000-7000-8000-00000000bbbb"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"failed","failure":{"kind":"unauthenticated","message":"401 {\\"type\\":\\"error\\",\\"error\\":{\\"type\\":\\"authentication_error\\",\\"message\\":\\"mock: invalid api key\\"}}","httpStatus":401}}"
  `);
  await opened.prompt(broken, {}, `${turnId.slice(0, -1)}1`);
  expect(compact(await opened.until(isEnd))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbb1","key":"00000000-0000-7000-8000-00000000bbb1"}
    retry {"failure":{"kind":"connection","message":"The model's provider failed (timeout)."}}
    open {"key":"6fbd0a20-870e-4ac8-9969-c2b665dbdfcc:0","item":{"type":"message"}}
    text 6fbd0a20-870e-4ac8-9969-c2b665dbdfcc:0 "done: error: disconnect x1"
    close {"key":"6fbd0a20-870e-4ac8-9969-c2b665dbdfcc:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbb1","status":"completed"}"
  `);
});

test("compacting goes on in another session", async () => {
  const file = "/home/user/.factory/sessions/-x/499aec80-7c52-4fb5-853c-322431e57692.jsonl";
  const files = { [file]: fixture("compact.after.session.jsonl") };
  const opened = await openThread({ playing: "compact", files });
  const [one = "", two = ""] = promptsOf("compact");
  await opened.prompt(one);
  await opened.until(isEnd);
  await opened.thread.compact?.();
  expect(compact(await opened.until(isEnd))).toMatchInlineSnapshot(`
    "begin {"turn":"compact:0000000000000000000000000000000000000000000000000000000000000002","input":[]}
    open {"key":"compact:0000000000000000000000000000000000000000000000000000000000000002","item":{"type":"compaction"}}
    close {"key":"compact:0000000000000000000000000000000000000000000000000000000000000002"}
    session {"nativeId":"499aec80-7c52-4fb5-853c-322431e57692"}
    alias {"id":"compact:0000000000000000000000000000000000000000000000000000000000000002","key":"d82d53ce-f302-4c20-a30b-87aa38cf0412"}
    end {"turn":"compact:0000000000000000000000000000000000000000000000000000000000000002","status":"completed"}"
  `);
  await opened.prompt(two, {}, `${turnId.slice(0, -1)}1`);
  expect(compact(await opened.until(isEnd))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-00000000bbb1","key":"00000000-0000-7000-8000-00000000bbb1"}
    open {"key":"839dcb13-acdb-4f8b-beb5-425e0ddd87a5:0","item":{"type":"message"}}
    text 839dcb13-acdb-4f8b-beb5-425e0ddd87a5:0 "two"
    close {"key":"839dcb13-acdb-4f8b-beb5-425e0ddd87a5:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbb1","status":"completed"}"
  `);
});
