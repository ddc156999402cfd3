import { afterEach, expect, test } from "vitest";
import { heldAnswer } from "../../src/gateway/held-answer.ts";
import { Phone, prompt } from "../gateway/phone.ts";
import { ScriptedAgent } from "../gateway/scripted-agent.ts";
import { stage, type Stage } from "../gateway/stage.ts";

let here: Stage | null = null;

afterEach(() => here?.[Symbol.asyncDispose]());

test("a yes with a rule that nobody proposed is a no", async () => {
  const claude = new ScriptedAgent("claude");
  here = stage([claude]);
  const driver = await Phone.begin(here.gateway, { endpoint: "claude", name: "a" });
  const ended = new AbortController().signal;
  const principal = { id: "id", name: "watch", role: "approve", ended } as const;
  const watch = await Phone.begin(here.gateway, { endpoint: "claude", principal });
  const threadId = await driver.startThread();
  await driver.request("turn/start", prompt(threadId, "go"));
  const thread = await claude.threads.next();
  const asked = await thread.prompts.next();
  await watch.request("thread/resume", { threadId });
  thread.askToRun();
  const { id } = await watch.heard("item/commandExecution/requestApproval");
  const everything = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["sh"] } };
  watch.sendFrame({ id, result: { decision: everything } });
  expect((await thread.answers.next()).answer).toEqual({ type: "decline" });
  thread.emit({ op: "close", key: "c" }, { op: "end", turn: asked.id, status: "completed" });
  await driver.heard("turn/completed");
});

const result = (decision: unknown) => ({ type: "result", result: { decision } }) as const;
const rule = (words: readonly string[]) =>
  result({ acceptWithExecpolicyAmendment: { execpolicy_amendment: words } });
const host = (name: string, action: string) =>
  result({ applyNetworkPolicyAmendment: { network_policy_amendment: { host: name, action } } });

test("rules that the question proposed pass, others do not, in every form codex knows", () => {
  const params = {
    proposedExecpolicyAmendment: ["npm", "test"],
    proposedNetworkPolicyAmendments: [{ host: "a.example", action: "allow" }],
  };
  for (const answer of [
    rule(["npm", "test"]),
    host("a.example", "allow"),
    result("accept"),
    result("acceptForSession"),
    result(undefined),
  ]) {
    expect(heldAnswer(params, answer)).toEqual(answer);
  }
  for (const answer of [rule(["npm"]), rule([]), host("b.example", "allow")]) {
    expect(heldAnswer(params, answer)).toEqual(result("decline"));
    expect(heldAnswer({}, answer)).toEqual(result("decline"));
  }
  const first = { approved_execpolicy_amendment: { proposed_execpolicy_amendment: ["sh"] } };
  expect(heldAnswer({}, result(first))).toEqual(result("denied"));
});
