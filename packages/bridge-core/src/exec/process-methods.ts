import type { ClientRequests } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import { requireAbsolute } from "../files/absolute-path.ts";
import type { ClientHandle } from "../methods/handler.ts";
import type { LiveMethods } from "../methods/live-methods.ts";
import { captureOutput } from "./output-capture.ts";
import { type ProcessSurroundings, environmentOf } from "./process-environment.ts";
import { checkRequest } from "./process-request.ts";
import { ProcessTable } from "./process-table.ts";
import { startProcess } from "./running-process.ts";

type SpawnParams = ClientRequests["process/spawn"]["params"];

/**
 * `process/spawn`, `/writeStdin`, `/resizePty` and `/kill`: what `command/exec` does, answered at
 * the start and told by notifications. Processes run with the user's rights and end with the
 * client that started them.
 */
export function processMethods(surroundings: ProcessSurroundings): LiveMethods {
  const table = new ProcessTable({
    method: "process/spawn",
    writeMethod: "process/writeStdin",
    noun: "process",
    spawnFailed: "failed to spawn process",
    duplicate: (id) => `duplicate active process handle: ${JSON.stringify(id)}`,
    missing: (id) => `no active process for process handle ${JSON.stringify(id)}`,
  });
  return {
    handlers: {
      "process/spawn": async (params, { client }) => {
        await spawnFor(client, surroundings, table, params);
        return {};
      },
      "process/writeStdin": async ({ processHandle, deltaBase64, closeStdin }, { client }) => {
        await table.write(client, processHandle, deltaBase64, closeStdin);
        return {};
      },
      "process/resizePty": async ({ processHandle, size }, { client }) => {
        await table.resize(client, processHandle, size);
        return {};
      },
      "process/kill": async ({ processHandle }, { client }) => {
        await table.terminate(client, processHandle);
        return {};
      },
    },
    dispose: () => table.dispose(),
  };
}

async function spawnFor(
  client: ClientHandle,
  surroundings: ProcessSurroundings,
  table: ProcessTable,
  params: SpawnParams,
): Promise<void> {
  const { processHandle } = params;
  const request = checkRequest("process/spawn", {
    ...params,
    timeoutMs: params.timeoutMs,
    capBytes: params.outputBytesCap,
  });
  if (processHandle === "") throw RpcError.invalidRequest("processHandle must not be empty");
  const cwd = requireAbsolute("cwd", params.cwd);

  const output = captureOutput(
    request.capBytes,
    request.isStreamed
      ? (stream, deltaBase64, capReached) =>
          client.notify("process/outputDelta", {
            processHandle,
            stream,
            deltaBase64,
            capReached,
          })
      : null,
  );
  const process = await table.start(client, processHandle, async () =>
    startProcess({
      ...request,
      cwd,
      env: await environmentOf(surroundings, cwd, params.env),
      signal: client.closed,
      groups: surroundings.groups,
      onOutput: (stream, chunk) => output[stream].accept(chunk),
    }),
  );
  void process.exited.then(({ exitCode, outputDrainTimedOut }) =>
    client.notify("process/exited", {
      processHandle,
      exitCode,
      outputDrainTimedOut,
      stdout: output.stdout.text(),
      stdoutCapReached: output.stdout.isCapReached,
      stderr: output.stderr.text(),
      stderrCapReached: output.stderr.isCapReached,
    }),
  );
}
