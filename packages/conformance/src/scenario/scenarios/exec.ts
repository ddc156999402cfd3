import type { Scenario } from "../scenario.ts";
import { handshake, notified, request } from "../scripts.ts";
import type { ClientStep, JsonObject } from "../step.ts";

const sandboxPolicy: JsonObject = { type: "dangerFullAccess" };

function exec(script: string, more: JsonObject = {}): JsonObject {
  return { command: ["bash", "-c", script], cwd: "$cwd", sandboxPolicy, ...more };
}

/** Starts a command and does not wait for its end, which {@link ended} does. */
function started(params: JsonObject): ClientStep {
  return { type: "send", frame: { id: "exec", method: "command/exec", params } };
}

const ended: ClientStep = { type: "await", frame: { id: "exec" } };
const streaming: JsonObject = { processId: "p1", streamStdin: true, streamStdoutStderr: true };

function write(text: string, more: JsonObject = {}): ClientStep {
  const deltaBase64 = Buffer.from(text).toString("base64");
  return request("command/exec/write", { processId: "p1", deltaBase64, ...more });
}

/** Commands of the client, outside of any thread. */
export const execScenarios: readonly Scenario[] = [
  {
    id: "exec-buffered",
    title: "A command of the client returns its output and exit code at its end.",
    needs: [],
    steps: [...handshake(), request("command/exec", exec("echo out; echo err >&2; exit 3"))],
  },
  {
    id: "exec-streaming",
    title: "A command of the client streams its output as it comes.",
    needs: [],
    steps: [
      ...handshake(),
      request(
        "command/exec",
        exec("echo one; sleep 0.3; echo two", { processId: "p1", streamStdoutStderr: true }),
      ),
    ],
  },
  {
    id: "exec-stdin",
    title: "A client can write to its command and close its input.",
    needs: [],
    steps: [
      ...handshake(),
      started(exec("cat", streaming)),
      write("typed\n"),
      notified("command/exec/outputDelta"),
      request("command/exec/write", { processId: "p1", closeStdin: true }),
      ended,
    ],
  },
  {
    id: "exec-pty",
    title: "A command of the client can have a terminal of a size that changes.",
    needs: [],
    steps: [
      ...handshake(),
      started(
        exec("read -r line; stty size", {
          processId: "p1",
          tty: true,
          streamStdin: true,
          streamStdoutStderr: true,
          size: { rows: 20, cols: 80 },
        }),
      ),
      request("command/exec/resize", { processId: "p1", size: { rows: 30, cols: 100 } }),
      write("go\n"),
      ended,
    ],
  },
  {
    id: "exec-timeout",
    title: "A command of the client that takes too long is ended.",
    needs: [],
    steps: [...handshake(), request("command/exec", exec("sleep 30", { timeoutMs: 300 }))],
  },
  {
    id: "exec-terminate",
    title: "A client can end its command.",
    needs: [],
    steps: [
      ...handshake(),
      started(exec("echo ready; sleep 30", streaming)),
      notified("command/exec/outputDelta"),
      request("command/exec/terminate", { processId: "p1" }),
      ended,
      request("command/exec/terminate", { processId: "p1" }),
    ],
  },
  {
    id: "process",
    title: "A process of the client streams its output and tells its exit.",
    needs: [],
    steps: [
      ...handshake(),
      request("process/spawn", {
        command: ["bash", "-c", "echo out; exit 3"],
        processHandle: "h1",
        cwd: "$cwd",
        streamStdoutStderr: true,
      }),
      notified("process/exited"),
    ],
  },
];
