import { stdioTransport } from "@fairlead/bridge-core";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lawfulClient, runCommand } from "./lawful-client.ts";
import { sandbox, type Sandbox } from "./run-fairlead.ts";

/** A program that speaks ACP: it asks for the command of a prompt, and says whether it may run it. */
const program = `#!${process.execPath}
const send = (frame) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...frame }) + "\\n");
const tell = (update) => send({ method: "session/update", params: { sessionId: "s", update } });
const call = { toolCallId: "c", kind: "execute" };
let prompt;
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params, result } = JSON.parse(line);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: 1, agentInfo: { name: "mine", version: "7.8.9" } } });
  } else if (method === "session/new") send({ id, result: { sessionId: "s" } });
  else if (method === "session/prompt") {
    prompt = id;
    const rawInput = { command: params.prompt[0].text.replace("run: ", "") };
    const options = [{ optionId: "x", name: "Yes", kind: "allow_once" }];
    send({ id: 1, method: "session/request_permission", params: { sessionId: "s", toolCall: { ...call, rawInput }, options } });
  } else if (result !== undefined) {
    const text = JSON.stringify([process.argv.slice(2), process.env.MINE, result.outcome]);
    const content = [{ type: "content", content: { type: "text", text } }];
    tell({ sessionUpdate: "tool_call_update", ...call, status: "completed", content });
    send({ id: prompt, result: { stopReason: "end_turn" } });
  }
});
`;

async function withPrograms(place: Sandbox, ...names: readonly string[]): Promise<string> {
  const bin = join(place.folder, "bin");
  await mkdir(bin);
  for (const name of names) {
    await writeFile(join(bin, name), program);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

async function configure(place: Sandbox, toml: string): Promise<void> {
  const data = join(place.folder, "data");
  await mkdir(data, { mode: 0o700 });
  const file = join(data, "host.toml");
  await writeFile(file, toml, { mode: 0o600 });
}

test("an agent is there by configuration alone: it is listed, and runs a turn", async () => {
  await using place = await sandbox();
  const bin = await withPrograms(place, "mine");
  await configure(
    place,
    `[agents.acp.mine]\ncommand = "${join(bin, "mine")}"\nargs = ["--a", "b c"]\nenv = { MINE = "m" }\n`,
  );
  const listing = place.start(["agents", "list"]);
  expect(await listing.exitCode).toBe(0);
  expect(listing.stdout()).toMatch(/^mine +mine +yes +7\.8\.9$/mu);
  const running = place.start(["stdio", "mine"]);
  const transport = stdioTransport({ input: running.child.stdout, output: running.child.stdin });
  await using lawful = await lawfulClient(transport);
  const { status, output } = await runCommand(lawful.client, "touch x", "accept");
  const outcome = { outcome: "selected", optionId: "x" };
  expect([status, JSON.parse(output ?? "null")]).toEqual([
    "completed",
    [["--a", "b c"], "m", outcome],
  ]);
});

test("known agents are offered once they are on the PATH; until then lists name them in one line", async () => {
  await using place = await sandbox();
  const bin = await withPrograms(place, "goose");
  const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const listing = place.start(["agents", "list"], env);
  expect(await listing.exitCode).toBe(0);
  const [table = "", others = ""] = listing.stdout().split("\n\n");
  expect(table).toMatch(/^goose +Goose +yes +7\.8\.9$/mu);
  expect(table).not.toMatch(/^(?:kimi|qwen|grok|devin) /mu);
  expect(others).toMatch(/^Usable as soon as they are installed: .*kimi/u);
  const whole = place.start(["agents", "list", "--json"], env);
  expect(await whole.exitCode).toBe(0);
  const agents: unknown = JSON.parse(whole.stdout());
  expect(agents).toContainEqual(
    expect.objectContaining({
      name: "kimi",
      optional: true,
      available: false,
      missing: "not-installed",
      fix: "uv tool install kimi-cli",
    }),
  );
});
