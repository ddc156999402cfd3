import { describe, expect, test } from "vitest";
import { live, opsOf } from "./translate-fixture.ts";

describe("tools", () => {
  test("bash-accept", () =>
    expect(live("bash-accept")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000301","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"echo one; sleep 1; echo two >&2; touch made.txt","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash echo one; sleep 1; echo two >&2; touch made.txt"}}
      output {"key":"prt_002","total":"one\\n"}
      output {"key":"prt_002","total":"one\\ntwo\\n"}
      close {"key":"prt_002","status":"completed","item":{"type":"command","exitCode":0},"output":"one\\ntwo\\n"}
      open {"key":"prt_005","item":{"type":"command","command":"exit 3","cwd":null}}
      ask {"id":"per_002","ask":{"kind":"command","key":"prt_005","reason":null,"scope":"bash exit 3"}}
      close {"key":"prt_005","status":"failed","item":{"type":"command","exitCode":3},"output":""}
      open {"key":"prt_008","item":{"type":"message"}}
      text prt_008 "finished"
      close {"key":"prt_008"}
      end {"turn":"00000000-0000-7000-8000-000000000301","status":"completed"}"
    `));
  test("files", () =>
    expect(live("files")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000801","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"add","diff":"alpha\\nbeta\\n"}]}}
      ask {"id":"per_001","ask":{"kind":"fileChange","key":"prt_002","reason":null,"scope":"edit /home/user/project/new.txt"}}
      close {"key":"prt_002","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"add","diff":"alpha\\nbeta\\n"}]}}
      open {"key":"prt_005","item":{"type":"command","command":"cat /home/user/project/new.txt","cwd":null,"actions":[{"type":"read","command":"cat /home/user/project/new.txt","name":"new.txt","path":"/home/user/project/new.txt"}]}}
      close {"key":"prt_005","status":"completed","output":"alpha\\nbeta"}
      open {"key":"prt_008","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-beta\\n+gamma\\n"}]}}
      open {"key":"prt_008","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,2 +1,2 @@\\n alpha\\n-beta\\n+gamma\\n"}]}}
      ask {"id":"per_002","ask":{"kind":"fileChange","key":"prt_008","reason":null,"scope":"edit /home/user/project/new.txt"}}
      close {"key":"prt_008","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,2 +1,2 @@\\n alpha\\n-beta\\n+gamma\\n"}]}}
      open {"key":"prt_011","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"add","diff":"whole\\n"}]}}
      open {"key":"prt_011","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,2 +1,1 @@\\n-alpha\\n-gamma\\n+whole\\n"}]}}
      ask {"id":"per_003","ask":{"kind":"fileChange","key":"prt_011","reason":null,"scope":"edit /home/user/project/new.txt"}}
      close {"key":"prt_011","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/new.txt","kind":"update","diff":"@@ -1,2 +1,1 @@\\n-alpha\\n-gamma\\n+whole\\n"}]}}
      open {"key":"prt_014","item":{"type":"message"}}
      text prt_014 "done"
      close {"key":"prt_014"}
      end {"turn":"00000000-0000-7000-8000-000000000801","status":"completed"}"
    `));
  test("patch", () =>
    expect(live("patch")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000901","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"fileChange","changes":[{"path":"/home/user/project/p1.txt","kind":"add","diff":"one\\ntwo\\n"},{"path":"/home/user/project/base.txt","kind":"update","diff":"@@\\n-old\\n+new\\n"},{"path":"/home/user/project/gone.txt","kind":"delete","diff":""}]}}
      open {"key":"prt_002","item":{"type":"fileChange","changes":[{"path":"/home/user/project/p1.txt","kind":"add","diff":"one\\ntwo\\n"},{"path":"/home/user/project/base.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-old\\n+new\\n"},{"path":"/home/user/project/gone.txt","kind":"delete","diff":"bye\\n"}]}}
      ask {"id":"per_001","ask":{"kind":"fileChange","key":"prt_002","reason":null,"scope":"edit home/user/project/p1.txt, home/user/project/base.txt, home/user/project/gone.txt"}}
      close {"key":"prt_002","status":"completed","item":{"type":"fileChange","changes":[{"path":"/home/user/project/p1.txt","kind":"add","diff":"one\\ntwo\\n"},{"path":"/home/user/project/base.txt","kind":"update","diff":"@@ -1,1 +1,1 @@\\n-old\\n+new\\n"},{"path":"/home/user/project/gone.txt","kind":"delete","diff":"bye\\n"}]}}
      open {"key":"prt_005","item":{"type":"message"}}
      text prt_005 "patched"
      close {"key":"prt_005"}
      end {"turn":"00000000-0000-7000-8000-000000000901","status":"completed"}"
    `));
  test("looking", () =>
    expect(live("looking")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000101","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"rg -g 'look*' needle","cwd":null,"actions":[{"type":"search","command":"rg -g 'look*' needle","query":"needle","path":null}]}}
      close {"key":"prt_002","status":"completed","output":"Found 1 matches\\n/home/user/project/look.txt:\\n  Line 1: needle\\n"}
      open {"key":"prt_005","item":{"type":"command","command":"rg --files -g '*.txt'","cwd":null,"actions":[{"type":"listFiles","command":"rg --files -g '*.txt'","path":null}]}}
      close {"key":"prt_005","status":"completed","output":"/home/user/project/look.txt"}
      open {"key":"prt_008","item":{"type":"command","command":"sed -n '1,1p' /home/user/project/look.txt","cwd":null,"actions":[{"type":"read","command":"sed -n '1,1p' /home/user/project/look.txt","name":"look.txt","path":"/home/user/project/look.txt"}]}}
      close {"key":"prt_008","status":"completed","output":"needle"}
      open {"key":"prt_011","item":{"type":"tool","tool":"skill","arguments":{"name":"none"}}}
      close {"key":"prt_011","status":"failed","item":{"type":"tool","result":[{"type":"text","text":"Skill \\"none\\" not found. Available skills: customize-opencode"}]}}
      open {"key":"prt_014","item":{"type":"message"}}
      text prt_014 "looked"
      close {"key":"prt_014"}
      end {"turn":"00000000-0000-7000-8000-000000000101","status":"completed"}"
    `));
  test("read-image", () =>
    expect(live("read-image")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000003801","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"imageView","path":"/home/user/project/p.png"}}
      close {"key":"prt_002","status":"completed"}
      open {"key":"prt_006","item":{"type":"message"}}
      text prt_006 "mock heard: Attached media from tool result:"
      close {"key":"prt_006"}
      end {"turn":"00000000-0000-7000-8000-000000003801","status":"completed"}"
    `));
  test("webfetch", () =>
    expect(live("webfetch")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000003901","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"webSearch","query":"http://127.0.0.1:8080/nothing"}}
      close {"key":"prt_002","status":"failed"}
      open {"key":"prt_005","item":{"type":"message"}}
      text prt_005 "fetched"
      close {"key":"prt_005"}
      end {"turn":"00000000-0000-7000-8000-000000003901","status":"completed"}"
    `));
  test("todo", () =>
    expect(live("todo")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000001201","key":"msg_001"}
    plan {"steps":[{"step":"first","status":"inProgress"},{"step":"second","status":"pending"}]}
    open {"key":"prt_005","item":{"type":"message"}}
    text prt_005 "planned"
    close {"key":"prt_005"}
    end {"turn":"00000000-0000-7000-8000-000000001201","status":"completed"}"
  `));
  test("mcp", () =>
    expect(live("mcp")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000003501","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"mcpTool","server":"lab.mcp","tool":"echo","arguments":{"text":"hi"}}}
      close {"key":"prt_002","status":"completed","item":{"type":"mcpTool","result":[{"type":"text","text":"echo: hi"}]}}
      open {"key":"prt_005","item":{"type":"mcpTool","server":"lab.mcp","tool":"pic","arguments":{}}}
      close {"key":"prt_005","status":"completed","item":{"type":"mcpTool","result":[{"type":"text","text":"a dot"},{"type":"image","mediaType":"image/png","base64":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}]}}
      open {"key":"prt_009","item":{"type":"message"}}
      text prt_009 "mock heard: Attached media from tool result:"
      close {"key":"prt_009"}
      end {"turn":"00000000-0000-7000-8000-000000003501","status":"completed"}"
    `));
  test("invalid", () =>
    expect(live("invalid")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000003401","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"tool","tool":"invalid","arguments":{"tool":"nosuchtool","error":"Model tried to call unavailable tool 'nosuchtool'. Available tools: bash, edit, glob, grep, invalid, question, read, skill, task, todowrite, webfetch, write."}}}
      close {"key":"prt_002","status":"failed","item":{"type":"tool","result":[{"type":"text","text":"The arguments provided to the tool are invalid: Model tried to call unavailable tool 'nosuchtool'. Available tools: bash, edit, glob, grep, invalid, question, read, skill, task, todowrite, webfetch, write."}]}}
      open {"key":"prt_005","item":{"type":"tool","tool":"read","arguments":{"wrong":true}}}
      close {"key":"prt_005","status":"failed","item":{"type":"tool","result":[{"type":"text","text":"The read tool was called with invalid arguments: SchemaError(Missing key\\n  at [\\"filePath\\"]).\\nPlease rewrite the input so it satisfies the expected schema."}]}}
      open {"key":"prt_008","item":{"type":"message"}}
      text prt_008 "ok"
      close {"key":"prt_008"}
      end {"turn":"00000000-0000-7000-8000-000000003401","status":"completed"}"
    `));
  test("shell", () =>
    expect(live("shell")).toMatchInlineSnapshot(`
      "begin {"turn":"msg_001","input":[]}
      open {"key":"prt_002","item":{"type":"command","command":"echo from shell","cwd":null,"source":"userShell"}}
      output {"key":"prt_002","total":"from shell\\n"}
      close {"key":"prt_002","status":"completed","item":{"type":"command","exitCode":null},"output":"from shell\\n"}
      end {"turn":"msg_001","status":"completed"}"
    `));
  test("subagent", () =>
    expect(live("subagent")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000001501","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"subagent","prompt":"run: echo child"}}
      child {"key":"ses_002","item":"prt_002","nativeId":"ses_002","title":"mock task"}
      [ses_002] begin {"turn":"msg_003","input":[{"type":"text","text":"run: echo child","text_elements":[]}]}
      [ses_002] open {"key":"prt_005","item":{"type":"command","command":"echo child","cwd":null}}
      [ses_002] ask {"id":"per_001","ask":{"kind":"command","key":"prt_005","reason":null,"scope":"bash echo child"}}
      [ses_002] output {"key":"prt_005","total":"child\\n"}
      [ses_002] close {"key":"prt_005","status":"completed","item":{"type":"command","exitCode":0},"output":"child\\n"}
      [ses_002] open {"key":"prt_008","item":{"type":"message"}}
      [ses_002] text prt_008 "done: run: echo child"
      [ses_002] close {"key":"prt_008"}
      [ses_002] end {"turn":"msg_003","status":"completed"}
      close {"key":"prt_002","status":"completed"}
      open {"key":"prt_012","item":{"type":"message"}}
      text prt_012 "parent done"
      close {"key":"prt_012"}
      end {"turn":"00000000-0000-7000-8000-000000001501","status":"completed"}"
    `));
});

describe("sub-agents", () => {
  test("subagent-abort", () =>
    expect(live("subagent-abort")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000101","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"subagent","prompt":"run: sleep 20"}}
      child {"key":"ses_002","item":"prt_002","nativeId":"ses_002","title":"mock task"}
      [ses_002] begin {"turn":"msg_003","input":[{"type":"text","text":"run: sleep 20","text_elements":[]}]}
      [ses_002] open {"key":"prt_005","item":{"type":"command","command":"sleep 20","cwd":null}}
      [ses_002] ask {"id":"per_001","ask":{"kind":"command","key":"prt_005","reason":null,"scope":"bash sleep 20"}}
      [ses_002] end {"turn":"msg_003","status":"interrupted"}
      close {"key":"prt_002","status":"failed"}
      end {"turn":"00000000-0000-7000-8000-000000000101","status":"interrupted"}"
    `));
  test("subagent-reject", () =>
    expect(live("subagent-reject")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000301","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"subagent","prompt":"run: touch no.txt"}}
      child {"key":"ses_002","item":"prt_002","nativeId":"ses_002","title":"mock task"}
      [ses_002] begin {"turn":"msg_003","input":[{"type":"text","text":"run: touch no.txt","text_elements":[]}]}
      [ses_002] open {"key":"prt_005","item":{"type":"command","command":"touch no.txt","cwd":null}}
      [ses_002] ask {"id":"per_001","ask":{"kind":"command","key":"prt_005","reason":null,"scope":"bash touch no.txt"}}
      [ses_002] close {"key":"prt_005","status":"declined"}
      [ses_002] end {"turn":"msg_003","status":"interrupted"}
      close {"key":"prt_002","status":"failed"}
      open {"key":"prt_009","item":{"type":"message"}}
      text prt_009 "parent done"
      close {"key":"prt_009"}
      end {"turn":"00000000-0000-7000-8000-000000000301","status":"completed"}"
    `));
});

describe("output of which OpenCode keeps the end only", () => {
  test("streams on, and its completion says where the whole is", () => {
    const ops = opsOf("big");
    const totals = ops.flatMap((op) => (op.op === "output" && "total" in op ? [op.total] : []));
    expect(totals[0]).toMatch(/^1\n2\n3\n/);
    expect(totals.at(-1)).toMatch(/^\.\.\.\n\n[^]*\n7100\n$/);
    const close = ops.find((op) => op.op === "close");
    expect(close?.op === "close" ? close.output : "").toMatch(
      /^\[The whole output is in .+\]\n\d+\n[^]*7100\n$/,
    );
  });
});
