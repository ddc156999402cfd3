import assert from "node:assert/strict";
import type { ApprovalRequest, CodexClient, Decision } from "@fairlead/client";
import { nonceOf } from "@fairlead/testkit";
import { answerOf, completed, itemOf } from "../expect.ts";
import type { CodexScenario } from "./scenario.ts";

/** A prompt whose command wants out of the sandbox, which codex asks about unless it must not. */
export function escalating(command: string): string {
  const call = { cmd: command, sandbox_permissions: "require_escalated", justification: "a test" };
  return `tool: exec_command ${JSON.stringify(call)}`;
}

/** Runs a turn and answers every approval alike. */
export async function decided(
  client: CodexClient,
  turn: { readonly threadId: string; readonly input: string; readonly approvalPolicy?: "never" },
  decision: Decision,
): Promise<
  Awaited<ReturnType<CodexClient["runTurn"]>> & { readonly asked: readonly ApprovalRequest[] }
> {
  const asked: ApprovalRequest[] = [];
  const finished = await client.runTurn({
    ...turn,
    onApproval(request) {
      asked.push(request);
      return decision;
    },
  });
  return { ...finished, asked };
}

/** What a client of codex gets. */
export const turns: readonly CodexScenario[] = [
  {
    id: "turn-text",
    sentence: "A turn of real codex runs through the daemon, deltas and all.",
    async run(desk) {
      const client = await desk.client(desk.codex());
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      const turn = await client.runTurn({ threadId: thread.id, input: "nonce: proxied words" });
      completed(turn);
      assert.equal(answerOf(turn), nonceOf("proxied words"));
      assert.ok(turn.events.some(({ method }) => method === "item/agentMessage/delta"));
    },
  },
  {
    id: "approval-accept",
    sentence: "An accepted approval lets the command run: its file is there.",
    async run(desk) {
      const client = await desk.client(desk.codex());
      const start = {
        cwd: desk.folder,
        approvalPolicy: "untrusted",
        sandbox: "workspace-write",
      } as const;
      const { thread } = await client.request("thread/start", start);
      const input = "run: touch accepted.txt";
      const turn = await decided(client, { threadId: thread.id, input }, "accept");
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(await desk.made("accepted.txt"), true);
    },
  },
  {
    id: "approval-decline",
    sentence: "A declined approval keeps the command from running: there is no file.",
    async run(desk) {
      const client = await desk.client(desk.codex());
      const start = {
        cwd: desk.folder,
        approvalPolicy: "untrusted",
        sandbox: "workspace-write",
      } as const;
      const { thread } = await client.request("thread/start", start);
      const input = "run: touch declined.txt";
      const turn = await decided(client, { threadId: thread.id, input }, "decline");
      completed(turn);
      assert.equal(turn.asked.length, 1);
      assert.equal(itemOf(turn.items, "commandExecution").status, "declined");
      assert.equal(await desk.made("declined.txt"), false);
    },
  },
  {
    id: "native-picker",
    sentence:
      "Codex's own picker, which lists interactive sessions alone, has threads started here.",
    async run(desk) {
      const codex = desk.codex();
      const client = await desk.client(codex);
      const { thread } = await client.request("thread/start", { cwd: desk.folder });
      completed(await client.runTurn({ threadId: thread.id, input: "say: find me" }));
      await codex[Symbol.asyncDispose]();
      // What `codex resume` asks for.
      const native = await desk.client(desk.codex({ stateDir: `${desk.root}/other` }));
      const { data } = await native.request("thread/list", {
        sourceKinds: ["cli", "vscode"],
        cwd: desk.folder,
      });
      assert.deepEqual(
        data.map(({ id, preview }) => ({ id, preview })),
        [{ id: thread.id, preview: "say: find me" }],
      );
    },
  },
];
