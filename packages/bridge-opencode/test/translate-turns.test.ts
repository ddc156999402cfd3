import { describe, expect, test } from "vitest";
import { compact, live, opsOf } from "./translate-fixture.ts";

describe("text", () => {
  test("text", () =>
    expect(live("text")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000000101","key":"msg_001"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "hello world"
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000000101","status":"completed"}
    alias {"id":"00000000-0000-7000-8000-000000000102","key":"msg_003"}
    open {"key":"prt_005","item":{"type":"message"}}
    text prt_005 "again"
    close {"key":"prt_005"}
    end {"turn":"00000000-0000-7000-8000-000000000102","status":"completed"}"
  `));
  test("thinking", () =>
    expect(live("thinking")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000000201","key":"msg_001"}
    open {"key":"prt_002","item":{"type":"reasoning"}}
    text prt_002 "Considering: let me consider"
    close {"key":"prt_002"}
    open {"key":"prt_003","item":{"type":"message"}}
    text prt_003 "let me consider"
    close {"key":"prt_003"}
    end {"turn":"00000000-0000-7000-8000-000000000201","status":"completed"}"
  `));
  test("cut-text", () =>
    expect(live("cut-text")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000002101","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"message"}}
      text prt_002 "this answer breaks off"
      close {"key":"prt_002"}
      retry {"failure":{"kind":"connection","message":"mock: failed mid-stream"}}
      open {"key":"prt_004","item":{"type":"message"}}
      text prt_004 "recovered"
      close {"key":"prt_004"}
      end {"turn":"00000000-0000-7000-8000-000000002101","status":"completed"}"
    `));
});

describe("the end of a turn", () => {
  test("abort-text", () =>
    expect(live("abort-text")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000001601","key":"msg_001"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "tick1 tick2 "
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000001601","status":"interrupted"}
    alias {"id":"00000000-0000-7000-8000-000000001602","key":"msg_003"}
    open {"key":"prt_004","item":{"type":"message"}}
    text prt_004 "alive"
    close {"key":"prt_004"}
    end {"turn":"00000000-0000-7000-8000-000000001602","status":"completed"}"
  `));
  test("abort-bash", () =>
    expect(live("abort-bash")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000001701","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"echo start; sleep 30; echo end","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash echo start; sleep 30; echo end"}}
      output {"key":"prt_002","total":"start\\n"}
      close {"key":"prt_002","status":"failed","item":{"type":"command","exitCode":null},"output":"start\\n"}
      end {"turn":"00000000-0000-7000-8000-000000001701","status":"interrupted"}"
    `));
  test("abort-ask", () =>
    expect(live("abort-ask")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000001801","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"touch no.txt","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash touch no.txt"}}
      close {"key":"prt_002","status":"failed","item":{"type":"command","exitCode":null},"output":""}
      end {"turn":"00000000-0000-7000-8000-000000001801","status":"interrupted"}"
    `));
  test("abort-retry", () =>
    expect(live("abort-retry")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000001901","key":"msg_001"}
      retry {"failure":{"kind":"connection","message":"mock: internal error","httpStatus":500}}
      retry {"failure":{"kind":"connection","message":"mock: internal error","httpStatus":500}}
      end {"turn":"00000000-0000-7000-8000-000000001901","status":"interrupted"}"
    `));
  test("retry", () =>
    expect(live("retry")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000002001","key":"msg_001"}
      retry {"failure":{"kind":"connection","message":"mock: internal error","httpStatus":500}}
      open {"key":"prt_002","item":{"type":"message"}}
      text prt_002 "recovered"
      close {"key":"prt_002"}
      end {"turn":"00000000-0000-7000-8000-000000002001","status":"completed"}"
    `));
  test("error-401", () =>
    expect(live("error-401")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000002201","key":"msg_001"}
    end {"turn":"00000000-0000-7000-8000-000000002201","status":"failed","failure":{"kind":"unauthenticated","message":"mock: invalid api key","httpStatus":401}}
    alias {"id":"00000000-0000-7000-8000-000000002202","key":"msg_003"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "alive"
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000002202","status":"completed"}"
  `));
  test("error-429", () =>
    expect(live("error-429")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000002301","key":"msg_001"}
    retry {"failure":{"kind":"rate-limit","message":"mock: rate limited"}}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "recovered"
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000002301","status":"completed"}"
  `));
  test("error-context", () =>
    expect(live("error-context")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000002401","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"message"}}
      text prt_002 "before"
      close {"key":"prt_002"}
      end {"turn":"00000000-0000-7000-8000-000000002401","status":"completed"}
      alias {"id":"00000000-0000-7000-8000-000000002402","key":"msg_003"}
      open {"key":"prt_004","item":{"type":"compaction"}}
      close {"key":"prt_004"}
      open {"key":"prt_010","item":{"type":"message"}}
      text prt_010 "after"
      close {"key":"prt_010"}
      end {"turn":"00000000-0000-7000-8000-000000002402","status":"completed"}"
    `));
  test("error-model", () =>
    expect(live("error-model")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000002501","key":"msg_001"}
    end {"turn":"00000000-0000-7000-8000-000000002501","status":"failed","failure":{"kind":"bad-request","message":"Model not found: mock/nope."}}"
  `));
  test("error-agent", () =>
    expect(live("error-agent")).toMatchInlineSnapshot(
      `"end {"turn":"00000000-0000-7000-8000-000000002601","status":"failed","failure":{"kind":"bad-request","message":"Agent not found: \\"nope\\". Available agents: build, explore, general, plan"}}"`,
    ));
});

describe("a turn that is stopped", () => {
  test("abort-early", () =>
    expect(live("abort-early")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000000501","key":"msg_001"}
    end {"turn":"00000000-0000-7000-8000-000000000501","status":"interrupted"}"
  `));
  test("abort-queued", () =>
    expect(live("abort-queued")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000000601","key":"msg_001"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "tick1 "
    alias {"id":"00000000-0000-7000-8000-000000000602","key":"msg_003"}
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000000601","status":"interrupted"}"
  `));
});

describe("the conversation", () => {
  test("compact", () =>
    expect(live("compact")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000002701","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"message"}}
      text prt_002 "a story"
      close {"key":"prt_002"}
      end {"turn":"00000000-0000-7000-8000-000000002701","status":"completed"}
      begin {"turn":"msg_003","input":[]}
      open {"key":"prt_004","item":{"type":"compaction"}}
      close {"key":"prt_004"}
      end {"turn":"msg_003","status":"completed"}
      alias {"id":"00000000-0000-7000-8000-000000002702","key":"msg_005"}
      open {"key":"prt_009","item":{"type":"message"}}
      text prt_009 "after"
      close {"key":"prt_009"}
      end {"turn":"00000000-0000-7000-8000-000000002702","status":"completed"}"
    `));
  test("compact-auto", () =>
    expect(live("compact-auto")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000002801","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"message"}}
      text prt_002 "a story"
      close {"key":"prt_002"}
      end {"turn":"00000000-0000-7000-8000-000000002801","status":"completed"}
      alias {"id":"00000000-0000-7000-8000-000000002802","key":"msg_003"}
      open {"key":"prt_005","item":{"type":"message"}}
      text prt_005 "counted 199000 tokens"
      close {"key":"prt_005"}
      open {"key":"prt_007","item":{"type":"compaction"}}
      close {"key":"prt_007"}
      open {"key":"prt_013","item":{"type":"message"}}
      text prt_013 "mock heard: What did we do so far?"
      close {"key":"prt_013"}
      end {"turn":"00000000-0000-7000-8000-000000002802","status":"completed"}
      alias {"id":"00000000-0000-7000-8000-000000002803","key":"msg_009"}
      open {"key":"prt_016","item":{"type":"message"}}
      text prt_016 "after"
      close {"key":"prt_016"}
      end {"turn":"00000000-0000-7000-8000-000000002803","status":"completed"}"
    `));
  test("steer", () =>
    expect(live("steer")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000002901","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"sleep 1","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash sleep 1"}}
      alias {"id":"00000000-0000-7000-8000-000000002902","key":"msg_003"}
      close {"key":"prt_002","status":"completed","item":{"type":"command","exitCode":0},"output":""}
      open {"key":"prt_005","item":{"type":"message"}}
      text prt_005 "steered"
      close {"key":"prt_005"}
      end {"turn":"00000000-0000-7000-8000-000000002901","status":"completed"}"
    `));
  test("steer-text", () =>
    expect(live("steer-text")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000003001","key":"msg_001"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "tick1 "
    alias {"id":"00000000-0000-7000-8000-000000003002","key":"msg_003"}
    text prt_002 "tick2 tick3 tick4 tick5 tick6 "
    close {"key":"prt_002"}
    open {"key":"prt_005","item":{"type":"message"}}
    text prt_005 "steered"
    close {"key":"prt_005"}
    end {"turn":"00000000-0000-7000-8000-000000003001","status":"completed"}"
  `));
  test("foreign", () =>
    expect(live("foreign")).toMatchInlineSnapshot(`
    "begin {"turn":"msg_001","input":[{"type":"text","text":"say: from the terminal","text_elements":[]},{"type":"image","url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}]}
    open {"key":"prt_004","item":{"type":"message"}}
    text prt_004 "from the terminal"
    close {"key":"prt_004"}
    end {"turn":"msg_001","status":"completed"}
    alias {"id":"00000000-0000-7000-8000-000000003102","key":"msg_004"}
    open {"key":"prt_008","item":{"type":"message"}}
    text prt_008 "ours"
    close {"key":"prt_008"}
    end {"turn":"00000000-0000-7000-8000-000000003102","status":"completed"}"
  `));
  test("command", () =>
    expect(live("command")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000003201","key":"msg_001"}
    open {"key":"prt_003","item":{"type":"message"}}
    text prt_003 "greet Bob"
    close {"key":"prt_003"}
    end {"turn":"00000000-0000-7000-8000-000000003201","status":"completed"}"
  `));
  test("plan", () =>
    expect(compact(opsOf("plan"))).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000003601","key":"msg_001"}
    title {"title":"Mock title"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "one"
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000003601","status":"completed"}
    settings {"changed":{"mode":"plan"}}
    begin {"turn":"msg_003","input":[{"type":"text","text":"say: two","text_elements":[]}]}
    open {"key":"prt_006","item":{"type":"message"}}
    text prt_006 "two"
    close {"key":"prt_006"}
    end {"turn":"msg_003","status":"completed"}
    title {"title":"Renamed"}"
  `));
  test("revert", () =>
    expect(live("revert")).toMatchInlineSnapshot(`
    "alias {"id":"00000000-0000-7000-8000-000000003701","key":"msg_001"}
    open {"key":"prt_002","item":{"type":"message"}}
    text prt_002 "one"
    close {"key":"prt_002"}
    end {"turn":"00000000-0000-7000-8000-000000003701","status":"completed"}
    alias {"id":"00000000-0000-7000-8000-000000003702","key":"msg_003"}
    open {"key":"prt_005","item":{"type":"message"}}
    text prt_005 "two"
    close {"key":"prt_005"}
    end {"turn":"00000000-0000-7000-8000-000000003702","status":"completed"}
    notice {"message":"The conversation was set back in OpenCode: the next prompt goes on from there."}
    alias {"id":"00000000-0000-7000-8000-000000003703","key":"msg_005"}
    open {"key":"prt_008","item":{"type":"message"}}
    text prt_008 "three"
    close {"key":"prt_008"}
    end {"turn":"00000000-0000-7000-8000-000000003703","status":"completed"}"
  `));
});

test("tokens of every request, with the model's window", () => {
  expect(opsOf("thinking").filter(({ op }) => op === "usage")).toMatchInlineSnapshot(`
    [
      {
        "last": {
          "cached": 0,
          "input": 1100,
          "output": 7,
          "reasoning": 0,
        },
        "op": "usage",
        "window": 200000,
      },
    ]
  `);
});
