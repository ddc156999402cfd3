import { expect, test } from "vitest";
import type { StatusInfo } from "../../src/control/status-info.ts";
import { statusOf } from "../../src/control/status-info.ts";
import { readStatus } from "../../src/control/status.ts";
import { offlineText, spanOf, statusText } from "../../src/control/status-text.ts";
import { styleOf } from "../../src/terminal/style.ts";

const style = styleOf({ isTTY: false });
const paths = { config: "/c/host.toml", data: "/d", state: "/s", logs: "/l", control: "/r/c.sock" };

function infoOf(more: Partial<StatusInfo> = {}): Promise<StatusInfo> {
  return statusOf({
    version: "1.2.0",
    startedAtMs: 1_000_000,
    now: () => 1_000_000 + 3 * 3_600_000 + 5 * 60_000,
    paths,
    stopping: () => more.stopping ?? false,
    listeners: () => [
      { name: "websocket", addresses: ["ws://127.0.0.1:4517"], problem: null },
      { name: "alleycat", addresses: [], problem: "the port 9 is taken" },
    ],
    devices: () => 3,
    gateway: () => ({
      sessions: [true, true, false].map((connected) => ({
        device: "phone",
        client: null,
        endpoint: null,
        connected,
        ringFrames: 0,
        ringBytes: 0,
      })),
      turns: more.turns ?? [],
      approvals: more.approvals ?? [],
      cutTurns: more.cutTurns ?? [],
    }),
    agents: async () => [
      {
        name: "claude",
        displayName: "Claude",
        available: true,
        unavailableReason: null,
        version: "2.1",
        optional: false,
        missing: null,
      },
      {
        name: "amp",
        displayName: "Amp",
        available: false,
        unavailableReason: "not installed",
        version: null,
        optional: false,
        missing: "not-installed",
      },
      {
        name: "goose",
        displayName: "Goose",
        available: false,
        unavailableReason: "Goose is not installed",
        version: null,
        optional: true,
        missing: "not-installed",
      },
    ],
    problems: () => more.problems ?? [],
  });
}

test("what the daemon answers is understood after a journey as JSON, and more is no harm", async () => {
  const info = await infoOf();
  expect(readStatus(JSON.parse(JSON.stringify({ ...info, later: 1 })))).toMatchObject(info);
  expect(() => readStatus({ version: "0.1.0" })).toThrow("fairlead restart");
});

test("a quiet daemon", async () => {
  const background = { version: "1.2.0", autostart: "systemd (/u)", style };
  expect(statusText(await infoOf(), background))
    .toBe(`Fairlead 1.2.0 runs: process ${process.pid}, up 3 h 5 min.

ways in    websocket ws://127.0.0.1:4517
           alleycat does not listen: the port 9 is taken
devices    3 paired, 1 connected
sessions   2 connected, 1 waiting for their client
turns      none run
approvals  none wait
agents     claude 2.1
           amp not installed
autostart  systemd (/u)
config     /c/host.toml
data       /d
state      /s
logs       /l
control    /r/c.sock
`);
});

test("a busy one of another version tells what runs, waits, was cut and is wrong", async () => {
  const turn = { agent: "claude", threadId: "t-1", turnId: "1", startedAtMs: 12_000_000 };
  const info = await infoOf({
    stopping: true,
    turns: [turn],
    approvals: [
      { agent: "claude", threadId: "t-1", requestId: "7", method: "m", askedAtMs: 12_095_000 },
    ],
    cutTurns: [{ ...turn, threadId: "t-0" }],
    problems: ["host.toml:3: websocket.port: 70000 is not a port"],
  });
  const text = statusText(info, { version: "1.3.0", autostart: null, style });
  expect(text).toContain("Fairlead 1.2.0 is stopping");
  expect(text).toContain("This command is 1.3.0: `fairlead restart`");
  expect(text).toContain("problem  host.toml:3: websocket.port");
  expect(text).toContain("turns      claude t-1 since 1 min 40 s");
  expect(text).toContain("approvals  claude t-1 since 5 s");
  expect(text).toContain("cut turns  claude t-0");
  expect(text).toContain("autostart  no: `fairlead install`");
});

test("without a daemon it says where things lie and what to type", () => {
  const offline = {
    running: false,
    isOfCommand: false,
    version: "1",
    paths,
    autostart: null,
  } as const;
  expect(offlineText({ ...offline, pid: null }, style)).toContain(
    "is not running: start it with `fairlead`",
  );
  expect(offlineText({ ...offline, pid: 7 }, style)).toContain("(process 7) does not answer");
  expect(offlineText({ ...offline, pid: 7, isOfCommand: true }, style)).toContain(
    "a command in another terminal (process 7)",
  );
  expect(offlineText({ ...offline, pid: null }, style)).toContain("config     /c/host.toml");
});

test("spans have two units at most", () => {
  const spans = [0, 59_999, 60_000, 61_000, 3_600_000, 90_000_000, 86_400_000 * 400];
  expect(spans.map(spanOf)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "1 min 1 s",
    "1 h",
    "1 d 1 h",
    "400 d",
  ]);
});
