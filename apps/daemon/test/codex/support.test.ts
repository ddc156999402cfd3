import { expect, test } from "vitest";
import { readSupport } from "../../src/codex/find/support.ts";

const token = "--ws-auth <MODE> [possible values: capability-token] --ws-token-sha256 <HEX>";
const full = `--listen <URL> Supported values: stdio://, unix://, unix://PATH, ws://IP:PORT ${token}`;

test.each([
  ["a unix socket where there is one", full, "linux", "unix"],
  ["a WebSocket with a token on Windows", full, "win32", "websocket"],
  [
    "a WebSocket with a token before unix sockets",
    `--listen ws://IP:PORT ${token}`,
    "linux",
    "websocket",
  ],
  ["stdio, rather than a WebSocket without a token", "--listen ws://IP:PORT", "darwin", "stdio"],
  ["stdio where nothing listens", "Usage: codex app-server", "linux", "stdio"],
  ["stdio for help of another kind", "--listen off", "linux", "stdio"],
] as const)("%s", (_, help, platform, listening) => {
  const support = readSupport(help, platform);
  expect(support.listening).toBe(listening);
  expect(support.because === null).toBe(listening === "unix");
});
