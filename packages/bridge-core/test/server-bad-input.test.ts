import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { serving } from "./support/serving.ts";

const on = serving();

describe("bad input", () => {
  it("is refused in a sentence that names what is wrong", async () => {
    const threadId = await on.client.startThread(on.folder);
    await expect(
      on.client.raw("turn/start", { threadId, input: [{ type: "text", text: 5 }] }),
    ).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("input[0].text"),
    });
    await expect(on.client.raw("no/such", {})).rejects.toMatchObject({ code: -32601 });
    await expect(on.client.say("0199aaaa-0000-7000-8000-000000000000", "x")).rejects.toMatchObject({
      code: -32600,
      message: "thread not found: 0199aaaa-0000-7000-8000-000000000000",
    });
    await expect(
      on.client.request("turn/interrupt", { threadId, turnId: "x" }),
    ).rejects.toMatchObject({
      message: "no active turn to interrupt",
    });
    await expect(
      on.client.request("thread/start", { cwd: join(on.folder, "missing") }),
    ).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("missing"),
    });
    on.client.check();
  });

  it("lowers what a client asks for above the operator's ceiling, and says so", async () => {
    const started = await on.client.request("thread/start", {
      cwd: on.folder,
      approvalPolicy: "never",
      sandbox: "danger-full-access",
    });
    expect(started.approvalPolicy).toBe("on-request");
    expect(started.sandbox.type).toBe("workspaceWrite");
    const { message } = await on.client.heard("warning");
    expect(message).toContain("approvals stay on");
    on.client.check();
  });
});
