import { describe, expect, test } from "vitest";
import type { AskAnswer } from "@fairlead/bridge-core";
import type { PendingAsk } from "@fairlead/bridge-core/parts";
import { askOf, replyTo } from "../src/translate/replies.ts";
import { live, played } from "./translate-fixture.ts";

describe("asks", () => {
  test("bash-decline", () =>
    expect(live("bash-decline")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000401","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"touch no.txt","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash touch no.txt"}}
      close {"key":"prt_002","status":"declined"}
      open {"key":"prt_005","item":{"type":"message"}}
      text prt_005 "understood"
      close {"key":"prt_005"}
      end {"turn":"00000000-0000-7000-8000-000000000401","status":"completed"}"
    `));
  test("bash-reject", () =>
    expect(live("bash-reject")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000501","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"touch no.txt","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash touch no.txt"}}
      close {"key":"prt_002","status":"declined"}
      end {"turn":"00000000-0000-7000-8000-000000000501","status":"interrupted"}"
    `));
  test("bash-elsewhere", () =>
    expect(live("bash-elsewhere")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000601","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"echo a","cwd":null}}
      ask {"id":"per_001","ask":{"kind":"command","key":"prt_002","reason":null,"scope":"bash echo a"}}
      open {"key":"prt_003","item":{"type":"command","command":"echo b","cwd":null}}
      ask {"id":"per_002","ask":{"kind":"command","key":"prt_003","reason":null,"scope":"bash echo b"}}
      withdraw {"id":"per_002"}
      output {"key":"prt_003","total":"b\\n"}
      close {"key":"prt_003","status":"completed","item":{"type":"command","exitCode":0},"output":"b\\n"}
      output {"key":"prt_002","total":"a\\n"}
      close {"key":"prt_002","status":"completed","item":{"type":"command","exitCode":0},"output":"a\\n"}
      open {"key":"prt_006","item":{"type":"message"}}
      text prt_006 "both"
      close {"key":"prt_006"}
      end {"turn":"00000000-0000-7000-8000-000000000601","status":"completed"}"
    `));
  test("outside", () =>
    expect(live("outside")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000000101","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"command","command":"cat /etc/hostname","cwd":null,"actions":[{"type":"read","command":"cat /etc/hostname","name":"hostname","path":"/etc/hostname"}]}}
      ask {"id":"per_001","ask":{"kind":"permissions","key":"prt_002","reason":"It reaches outside the project: /etc/*","scope":"read external_directory /etc/*","read":["/etc"],"write":[],"network":false}}
      close {"key":"prt_002","status":"completed","output":"vm"}
      open {"key":"prt_005","item":{"type":"command","command":"cat /etc/hostname","cwd":null}}
      ask {"id":"per_002","ask":{"kind":"permissions","key":"prt_005","reason":"It reaches outside the project: /etc/*","scope":"bash external_directory /etc/*","read":["/etc"],"write":["/etc"],"network":false}}
      ask {"id":"per_003","ask":{"kind":"command","key":"prt_005","reason":null,"scope":"bash cat /etc/hostname"}}
      output {"key":"prt_005","total":"vm\\n"}
      close {"key":"prt_005","status":"completed","item":{"type":"command","exitCode":0},"output":"vm\\n"}
      open {"key":"prt_008","item":{"type":"message"}}
      text prt_008 "seen"
      close {"key":"prt_008"}
      end {"turn":"00000000-0000-7000-8000-000000000101","status":"completed"}"
    `));
  test("question", () =>
    expect(live("question")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000001301","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"tool","tool":"question","arguments":{"questions":[{"question":"Which colour?","header":"Choice","options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}]}]}}}
      ask {"id":"que_001","ask":{"kind":"questions","key":"prt_002","questions":[{"id":"question-1","header":"Choice","question":"Which colour?","options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}],"multiple":false,"freeText":true,"secret":false}]}}
      open {"key":"prt_002","item":{"type":"tool","tool":"question","arguments":{"questions":[{"id":"q1","header":"Choice","question":"Which colour?","multiSelect":false,"options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}]}]}}}
      close {"key":"prt_002","status":"completed","item":{"type":"tool","result":[{"type":"text","text":"User has answered your questions: \\"Which colour?\\"=\\"Red\\". You can now continue with the user's answers in mind."}]}}
      open {"key":"prt_005","item":{"type":"tool","tool":"question","arguments":{"questions":[{"question":"And now?","header":"Choice","options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}]}]}}}
      ask {"id":"que_002","ask":{"kind":"questions","key":"prt_005","questions":[{"id":"question-1","header":"Choice","question":"And now?","options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}],"multiple":false,"freeText":true,"secret":false}]}}
      open {"key":"prt_005","item":{"type":"tool","tool":"question","arguments":{"questions":[{"id":"q1","header":"Choice","question":"And now?","multiSelect":false,"options":[{"label":"Red","description":"the Red one"},{"label":"Blue","description":"the Blue one"}]}]}}}
      close {"key":"prt_005","status":"completed","item":{"type":"tool","result":[{"type":"text","text":"User has answered your questions: \\"And now?\\"=\\"Unanswered\\". You can now continue with the user's answers in mind."}]}}
      open {"key":"prt_008","item":{"type":"message"}}
      text prt_008 "noted"
      close {"key":"prt_008"}
      end {"turn":"00000000-0000-7000-8000-000000001301","status":"completed"}"
    `));
  test("questions", () =>
    expect(live("questions")).toMatchInlineSnapshot(`
      "alias {"id":"00000000-0000-7000-8000-000000001401","key":"msg_001"}
      open {"key":"prt_002","item":{"type":"tool","tool":"question","arguments":{"questions":[{"question":"Which?","header":"Which","options":[{"label":"A","description":"a"},{"label":"B","description":"b"}],"multiple":true},{"question":"Name?","header":"Name","options":[{"label":"X","description":"x"}]}]}}}
      ask {"id":"que_001","ask":{"kind":"questions","key":"prt_002","questions":[{"id":"question-1","header":"Which","question":"Which?","options":[{"label":"A","description":"a"},{"label":"B","description":"b"}],"multiple":true,"freeText":true,"secret":false},{"id":"question-2","header":"Name","question":"Name?","options":[{"label":"X","description":"x"}],"multiple":false,"freeText":true,"secret":false}]}}
      close {"key":"prt_002","status":"completed","item":{"type":"tool","result":[{"type":"text","text":"User has answered your questions: \\"Which?\\"=\\"A, B\\", \\"Name?\\"=\\"Bob\\". You can now continue with the user's answers in mind."}]}}
      open {"key":"prt_005","item":{"type":"message"}}
      text prt_005 "noted"
      close {"key":"prt_005"}
      end {"turn":"00000000-0000-7000-8000-000000001401","status":"completed"}"
    `));
});

describe("a permission covers", () => {
  function scopeOf(asked: Record<string, unknown>, tool = ""): unknown {
    const ask = askOf("prt_1", { always: ["*"], ...asked }, tool);
    return "scope" in ask ? ask.scope : undefined;
  }

  test("the very command, not what OpenCode would always allow", () => {
    const asked = { permission: "bash", patterns: ["rm a"], metadata: { command: "cd x && rm a" } };
    expect(scopeOf({ ...asked, always: ["rm *"] })).toBe("bash cd x && rm a");
  });

  test("the file that is changed", () => {
    const metadata = { filepath: "/home/user/project/a.txt", diff: "" };
    expect(scopeOf({ permission: "edit", patterns: ["a.txt"], metadata })).toBe(
      "edit /home/user/project/a.txt",
    );
  });

  test("this call only, where the pattern says nothing of it", () => {
    expect(scopeOf({ permission: "lab_echo", patterns: ["*"], metadata: {} })).toBeNull();
    expect(scopeOf({ permission: "task", patterns: ["general"], metadata: {} })).toBeNull();
    expect(scopeOf({ permission: "doom_loop", patterns: ["bash"], metadata: {} })).toBeNull();
    expect(scopeOf({ permission: "webfetch", patterns: ["https://a/*"], metadata: {} })).toBeNull();
  });

  test("what may be written outside the project, unless the tool only reads", () => {
    const asked = { permission: "external_directory", patterns: ["/etc/*"], metadata: {} };
    const of = (tool: string): unknown => askOf("prt_1", asked, tool);
    expect(of("bash")).toMatchObject({ read: ["/etc"], write: ["/etc"], network: false });
    expect(of("grep")).toMatchObject({ read: ["/etc"], write: [] });
  });
});

describe("what OpenCode is told", () => {
  const pending: PendingAsk = {
    id: "per_1",
    session: "ses_1",
    key: "prt_1",
    questions: null,
  };
  const asked: PendingAsk = { ...pending, id: "que_1", questions: ["q1", "q2"] };
  const every: readonly AskAnswer[] = [
    { type: "accept" },
    { type: "decline" },
    { type: "cancel" },
    { type: "answers", answers: { q2: ["A", "own words"] } },
    { type: "content", content: {} },
  ];

  test("of a permission: once, or no", () => {
    expect(every.map((answer) => replyTo(pending, answer).body)).toMatchInlineSnapshot(`
      [
        {
          "reply": "once",
        },
        {
          "message": "The user declined this. Do not try it another way.",
          "reply": "reject",
        },
        {
          "reply": "reject",
        },
        {
          "message": "The user declined this. Do not try it another way.",
          "reply": "reject",
        },
        {
          "message": "The user declined this. Do not try it another way.",
          "reply": "reject",
        },
      ]
    `);
  });

  test("never always", () => {
    const told = [pending, asked].flatMap((one) => every.map((answer) => replyTo(one, answer)));
    expect(JSON.stringify(told)).not.toContain("always");
  });

  test("of a question: an answer to each, in order", () => {
    expect(every.map((answer) => replyTo(asked, answer))).toMatchInlineSnapshot(`
      [
        {
          "body": {
            "answers": [
              [],
              [],
            ],
          },
          "path": "/question/que_1/reply",
        },
        {
          "body": {
            "answers": [
              [],
              [],
            ],
          },
          "path": "/question/que_1/reply",
        },
        {
          "body": {},
          "path": "/question/que_1/reject",
        },
        {
          "body": {
            "answers": [
              [],
              [
                "A",
                "own words",
              ],
            ],
          },
          "path": "/question/que_1/reply",
        },
        {
          "body": {
            "answers": [
              [],
              [],
            ],
          },
          "path": "/question/que_1/reply",
        },
      ]
    `);
  });
});

test("what another client has answered waits no more", () => {
  expect(played("bash-elsewhere").translator.pending.size).toBe(0);
});

test("what waits when a turn is stopped waits no more", () => {
  expect(played("abort-ask").translator.pending.size).toBe(0);
});
