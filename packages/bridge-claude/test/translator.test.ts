import { describe, expect, test } from "vitest";
import { compact, opsOf } from "./fixture.ts";

describe("recorded frames become ops", () => {
  test("text", () => {
    expect(compact(opsOf("text"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "hello world"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("thinking", () => {
    expect(compact(opsOf("thinking"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:reasoning:1","item":{"type":"reasoning"}}
      text #1:reasoning:1 "Considering: forty two"
      close {"key":"#1:reasoning:1"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "forty two"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("bash-accept", () => {
    expect(compact(opsOf("bash-accept"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"echo one; echo two >&2; touch made.txt","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"It touches /home/user/project/made.txt","scope":"Bash echo one; echo two >&2; touch made.txt"}}
      close {"key":"#1","status":"completed","output":"one\\ntwo","item":{"type":"command","exitCode":0}}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "finished"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}
      open {"key":"#3","item":{"type":"command","command":"touch more.txt; exit 3","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000042","ask":{"kind":"command","key":"#3","reason":null,"scope":"Bash touch more.txt; exit 3"}}
      close {"key":"#3","status":"failed","output":"","item":{"type":"command","exitCode":3}}
      open {"key":"#4:message:1","item":{"type":"message"}}
      text #4:message:1 "it failed"
      close {"key":"#4:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000028","status":"completed"}"
    `);
  });

  test("bash-deny", () => {
    expect(compact(opsOf("bash-deny"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"touch denied.txt","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"It touches /home/user/project/denied.txt","scope":"Bash touch denied.txt"}}
      close {"key":"#1","status":"declined"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "after deny"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("bash-cancel", () => {
    expect(compact(opsOf("bash-cancel"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"touch denied.txt","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"It touches /home/user/project/denied.txt","scope":"Bash touch denied.txt"}}
      close {"key":"#1","status":"declined"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"interrupted"}"
    `);
  });

  test("bash-live", () => {
    expect(compact(opsOf("bash-live"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"touch s; for i in 1 2 3 4 5 6; do echo line $i; sleep 1; done","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"A variable in this command can't be checked before it runs","scope":"Bash touch s; for i in 1 2 3 4 5 6; do echo line $i; sleep 1; done"}}
      close {"key":"#1","status":"completed","output":"line 1\\nline 2\\nline 3\\nline 4\\nline 5\\nline 6","item":{"type":"command","exitCode":0}}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "done"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("parallel", () => {
    expect(compact(opsOf("parallel"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"ls","cwd":null}}
      open {"key":"#2","item":{"type":"command","command":"cat base.txt","cwd":null}}
      close {"key":"#1","status":"completed","output":"base.txt","item":{"type":"command","exitCode":0}}
      close {"key":"#2","status":"completed","output":"base","item":{"type":"command","exitCode":0}}
      open {"key":"#3:message:1","item":{"type":"message"}}
      text #3:message:1 "both"
      close {"key":"#3:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("write-edit", () => {
    expect(compact(opsOf("write-edit"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"add","diff":"alpha\\ngamma\\n"}]}}
      ask {"id":"00000000-0000-7000-8000-000000000016","ask":{"kind":"fileChange","key":"#1","reason":null,"scope":"changes of /home/user/project/new.txt"}}
      close {"key":"#1","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"add","diff":"alpha\\ngamma\\n"}]}}
      open {"key":"#2","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-alpha\\n+beta\\n"}]}}
      ask {"id":"00000000-0000-7000-8000-000000000028","ask":{"kind":"fileChange","key":"#2","reason":null,"scope":"changes of /home/user/project/new.txt"}}
      close {"key":"#2","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,2 +1,2 @@\\n-alpha\\n+beta\\n gamma\\n"}]}}
      open {"key":"#3","item":{"type":"command","command":"cat /home/user/project/base.txt","cwd":null,"actions":[{"type":"read","command":"cat /home/user/project/base.txt","name":"base.txt","path":"/home/user/project/base.txt"}]}}
      close {"key":"#3","status":"completed","output":"one\\nbase\\nthree\\n","item":{"type":"command","exitCode":0}}
      open {"key":"#4","item":{"type":"fileChange","changes":[{"path":"/home/user/project/base.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-base\\n+changed\\n"}]}}
      ask {"id":"00000000-0000-7000-8000-000000000051","ask":{"kind":"fileChange","key":"#4","reason":null,"scope":"changes of /home/user/project/base.txt"}}
      close {"key":"#4","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/base.txt","kind":"update","diff":"@@ -1,3 +1,3 @@\\n one\\n-base\\n+changed\\n three\\n"}]}}
      open {"key":"#5:message:1","item":{"type":"message"}}
      text #5:message:1 "finished"
      close {"key":"#5:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("interrupt", () => {
    expect(compact(opsOf("interrupt"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "holding"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"interrupted"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "still here"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000017","status":"completed"}"
    `);
  });

  test("interrupt-bash", () => {
    expect(compact(opsOf("interrupt-bash"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"touch s; sleep 60","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"It touches /home/user/project/s","scope":"Bash touch s; sleep 60"}}
      close {"key":"#1","status":"failed"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"interrupted"}"
    `);
  });

  test("interrupt-approval", () => {
    expect(compact(opsOf("interrupt-approval"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"touch s","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"It touches /home/user/project/s","scope":"Bash touch s"}}
      close {"key":"#1","status":"failed"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"interrupted"}"
    `);
  });

  test("steer-now", () => {
    expect(compact(opsOf("steer-now"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "holding"
      close {"key":"#1:message:1"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "steered"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("queued", () => {
    expect(compact(opsOf("queued"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "holding"
      close {"key":"#1:message:1"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "queued"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("queued-in-tool", () => {
    expect(compact(opsOf("queued-in-tool"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"command","command":"touch s; sleep 1","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000015","ask":{"kind":"command","key":"#1","reason":"It touches /home/user/project/s","scope":"Bash touch s; sleep 1"}}
      close {"key":"#1","status":"completed","output":"","item":{"type":"command","exitCode":0}}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "second"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("subagent", () => {
    expect(compact(opsOf("subagent"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"subagent","prompt":"run: echo from-sub; touch sub.txt"}}
      background {"running":true}
      child {"key":"#1","item":"#1","nativeId":"task0001","title":"mock task"}
      [#1] begin {"turn":"#1","input":[{"type":"text","text":"run: echo from-sub; touch sub.txt","text_elements":[]}]}
      close {"key":"#1","status":"completed"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "parent finished"
      close {"key":"#2:message:1"}
      [#1] open {"key":"#3","item":{"type":"command","command":"echo from-sub; touch sub.txt","cwd":null}}
      [#1] ask {"id":"00000000-0000-7000-8000-000000000030","ask":{"kind":"command","key":"#3","reason":"It touches /home/user/project/sub.txt","scope":"Bash echo from-sub; touch sub.txt"}}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}
      [#1] close {"key":"#3","status":"completed","output":"from-sub","item":{"type":"command","exitCode":0}}
      [#1] open {"key":"#4:message:1","item":{"type":"message"}}
      [#1] text #4:message:1 "done: run: echo from-sub; touch sub.txt"
      [#1] close {"key":"#4:message:1"}
      [#1] end {"turn":"#1","status":"completed"}
      background {"running":false}
      begin {"turn":"#5","input":[]}
      open {"key":"#5:message:1","item":{"type":"message"}}
      text #5:message:1 "done: task: run: echo from-sub; touch sub.txt ;; say: parent finished"
      close {"key":"#5:message:1"}
      end {"turn":"#5","status":"completed"}"
    `);
  });

  test("subagent-foreground", () => {
    expect(compact(opsOf("subagent-foreground"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"subagent","prompt":"run: echo from-sub; touch sub.txt"}}
      child {"key":"#1","item":"#1","nativeId":"task0001","title":"mock task"}
      [#1] begin {"turn":"#1","input":[{"type":"text","text":"run: echo from-sub; touch sub.txt","text_elements":[]}]}
      [#1] open {"key":"#2","item":{"type":"command","command":"echo from-sub; touch sub.txt","cwd":null}}
      [#1] ask {"id":"00000000-0000-7000-8000-000000000020","ask":{"kind":"command","key":"#2","reason":"It touches /home/user/project/sub.txt","scope":"Bash echo from-sub; touch sub.txt"}}
      [#1] close {"key":"#2","status":"completed","output":"from-sub","item":{"type":"command","exitCode":0}}
      [#1] end {"turn":"#1","status":"completed"}
      close {"key":"#1","status":"completed"}
      open {"key":"#3:message:1","item":{"type":"message"}}
      text #3:message:1 "parent finished"
      close {"key":"#3:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("todo", () => {
    expect(compact(opsOf("todo"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      plan {"steps":[{"step":"read","status":"inProgress"},{"step":"write","status":"pending"},{"step":"test","status":"pending"}]}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "planned"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("tasks", () => {
    expect(compact(opsOf("tasks"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      plan {"steps":[{"step":"read","status":"pending"}]}
      plan {"steps":[{"step":"read","status":"pending"},{"step":"write","status":"pending"}]}
      plan {"steps":[{"step":"read","status":"inProgress"},{"step":"write","status":"pending"}]}
      plan {"steps":[{"step":"read","status":"completed"},{"step":"write","status":"pending"}]}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "planned"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("plan-mode", () => {
    expect(compact(opsOf("plan-mode"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      settings {"changed":{"mode":"plan"}}
      open {"key":"#1","item":{"type":"plan","text":"# The plan\\n1. a\\n2. b"}}
      ask {"id":"00000000-0000-7000-8000-000000000013","ask":{"kind":"questions","key":"#1","questions":[{"id":"plan","header":"Plan","question":"Claude has written a plan. Shall it be carried out?","options":[{"label":"Yes, carry out this plan","description":"Leave plan mode and start."},{"label":"No, keep planning","description":"Stay in plan mode; say what to change."}],"multiple":false,"freeText":true,"secret":false}]}}
      settings {"changed":{"mode":"default"}}
      close {"key":"#1","status":"completed"}
      open {"key":"#2","item":{"type":"command","command":"touch yes.txt","cwd":null}}
      ask {"id":"00000000-0000-7000-8000-000000000028","ask":{"kind":"command","key":"#2","reason":"It touches /home/user/project/yes.txt","scope":"Bash touch yes.txt"}}
      close {"key":"#2","status":"completed","output":"","item":{"type":"command","exitCode":0}}
      open {"key":"#3:message:1","item":{"type":"message"}}
      text #3:message:1 "executed"
      close {"key":"#3:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("ask-user", () => {
    expect(compact(opsOf("ask-user"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1","item":{"type":"tool","tool":"AskUserQuestion","arguments":{"questions":[{"id":"q1","header":"Choice","question":"Which colour?","multiSelect":false,"options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}]}]}}}
      ask {"id":"00000000-0000-7000-8000-000000000013","ask":{"kind":"questions","key":"#1","questions":[{"id":"question-1","header":"Choice","question":"Which colour?","options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}],"multiple":false,"freeText":true,"secret":false}]}}
      close {"key":"#1","status":"completed","item":{"type":"tool","result":[{"type":"text","text":"Your questions have been answered: \\"Which colour?\\"=\\"Blue\\". You can now continue with these answers in mind."}]}}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "got it"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("compact", () => {
    expect(compact(opsOf("compact"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "a long story"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}
      open {"key":"00000000-0000-7000-8000-000000000024","item":{"type":"compaction"}}
      close {"key":"00000000-0000-7000-8000-000000000024"}
      end {"turn":"00000000-0000-7000-8000-000000000018","status":"completed"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "after"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000030","status":"completed"}"
    `);
  });

  test("compact-auto", () => {
    expect(compact(opsOf("compact-auto"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "a story"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "a longer story"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000017","status":"completed"}
      open {"key":"#3:message:1","item":{"type":"message"}}
      text #3:message:1 "counted 199000 tokens"
      close {"key":"#3:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000033","status":"completed"}
      open {"key":"00000000-0000-7000-8000-000000000056","item":{"type":"compaction"}}
      close {"key":"00000000-0000-7000-8000-000000000056"}
      open {"key":"#4:message:1","item":{"type":"message"}}
      text #4:message:1 "after"
      close {"key":"#4:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000049","status":"completed"}"
    `);
  });

  test("slash", () => {
    expect(compact(opsOf("slash"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"00000000-0000-7000-8000-000000000006:message:1","item":{"type":"message"}}
      text 00000000-0000-7000-8000-000000000006:message:1 "## Context Usage\\n\\n**Model:** claude-opus-5-5  \\n**Tokens:** 13.1k / 1m (1%)\\n\\n### Estimated usage by category\\n\\n| Category | Tokens | Percentage |\\n|----------|--------|------------|\\n| System prompt | 10k | 1.0% |\\n| System tools (deferred) | 6.5k | 0.7% |\\n| Skills | 2.1k | 0.2% |\\n| Messages | 1k | 0.1% |\\n| Free space | 953.9k | 95.4% |\\n| Autocompact buffer | 33k | 3.3% |\\n\\n### Skills\\n\\n| Skill | Source | Tokens |\\n|-------|--------|--------|\\n| dataviz | Built-in | ~480 |\\n| update-config | Built-in | ~240 |\\n| keybindings-help | Built-in | ~80 |\\n| code-review | Built-in | ~280 |\\n| simplify | Built-in | ~60 |\\n| fewer-permission-prompts | Built-in | ~60 |\\n| loop | Built-in | ~120 |\\n| claude-api | Built-in | ~390 |\\n| workflow-authoring | Built-in | ~80 |\\n| run | Built-in | ~120 |\\n| plugin-authoring | Built-in | ~90 |\\n| init | Built-in | ~20 |\\n| security-review | Built-in | ~30 |"
      close {"key":"00000000-0000-7000-8000-000000000006:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "after"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000010","status":"completed"}"
    `);
  });

  test("error-500", () => {
    expect(compact(opsOf("error-500"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      retry {"failure":{"kind":"connection","message":"API Error (500): try 1 of 2 follows.","httpStatus":500}}
      retry {"failure":{"kind":"connection","message":"API Error (500): try 2 of 2 follows.","httpStatus":500}}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"failed","failure":{"kind":"connection","message":"API Error: 500 mock: internal error. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8080).","httpStatus":500}}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "still alive"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000013","status":"completed"}"
    `);
  });

  test("error-midstream", () => {
    expect(compact(opsOf("error-midstream"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "this answer breaks off"
      close {"key":"#1:message:1"}
      open {"key":"#2:message:1","item":{"type":"message"}}
      text #2:message:1 "recovered"
      close {"key":"#2:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });

  test("image", () => {
    expect(compact(opsOf("image"))).toMatchInlineSnapshot(`
      "session {"nativeId":"00000000-0000-7000-8000-000000000003"}
      open {"key":"#1:message:1","item":{"type":"message"}}
      text #1:message:1 "{\\"model\\":\\"claude-opus-5-5\\",\\"effort\\":\\"medium\\",\\"thinking\\":{\\"type\\":\\"adaptive\\",\\"display\\":\\"updates\\"},\\"tools\\":[\\"Agent\\",\\"AskUserQuestion\\",\\"Bash\\",\\"Edit\\",\\"ListAgents\\",\\"Read\\",\\"ReportFindings\\",\\"ScheduleWakeup\\",\\"Skill\\",\\"ToolSearch\\",\\"Workflow\\",\\"DeferredToolPlaceholder\\",\\"Write\\"],\\"images\\":1,\\"turns\\":3,\\"userTexts\\":[\\"echo\\"],\\"systemBytes\\":16491}"
      close {"key":"#1:message:1"}
      end {"turn":"00000000-0000-7000-8000-000000000001","status":"completed"}"
    `);
  });
});
