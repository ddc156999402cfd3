import type { ClientRequests } from "@fairlead/codex-proto";
import { RpcError, rpcCode } from "../errors.ts";
import type { RequestContext } from "../methods/handler.ts";
import type { LiveMethods } from "../methods/live-methods.ts";
import { captureOutput } from "./output-capture.ts";
import { type ProcessSurroundings, environmentOf, folderOf } from "./process-environment.ts";
import { checkRequest } from "./process-request.ts";
import { ProcessTable } from "./process-table.ts";
import { startProcess } from "./running-process.ts";
import { refuseSandbox } from "./sandbox-refusal.ts";

type ExecParams = ClientRequests["command/exec"]["params"];
type ExecResult = ClientRequests["command/exec"]["result"];

/**
 * `command/exec` and its `/write`, `/resize` and `/terminate`. Commands run with the user's
 * rights: a request for a sandbox is refused. Processes end with the client that started them.
 */
export function execMethods(surroundings: ProcessSurroundings): LiveMethods {
  const table = new ProcessTable({
    method: "command/exec",
    writeMethod: "command/exec/write",
    noun: "command/exec",
    spawnFailed: "failed to spawn command",
    duplicate: (id) => `duplicate active command/exec process id: ${JSON.stringify(id)}`,
    missing: (id) => `no active command/exec for process id ${JSON.stringify(id)}`,
  });
  return {
    handlers: {
      "command/exec": (params, context) => exec(surroundings, table, params, context),
      "command/exec/write": async ({ processId, deltaBase64, closeStdin }, { client }) => {
        await table.write(client, processId, deltaBase64, closeStdin);
        return {};
      },
      "command/exec/resize": async ({ processId, size }, { client }) => {
        await table.resize(client, processId, size);
        return {};
      },
      "command/exec/terminate": async ({ processId }, { client }) => {
        await table.terminate(client, processId);
        return {};
      },
    },
    dispose: () => table.dispose(),
  };
}

async function exec(
  surroundings: ProcessSurroundings,
  table: ProcessTable,
  params: ExecParams,
  { client }: RequestContext,
): Promise<ExecResult> {
  requireConsistent(params);
  const request = checkRequest("command/exec", {
    ...params,
    timeoutMs: params.disableTimeout === true ? null : (params.timeoutMs ?? undefined),
    capBytes: params.disableOutputCap === true ? null : (params.outputBytesCap ?? undefined),
  });
  const processId = params.processId ?? null;
  if (processId === null && (request.isStreamed || request.stdin === "open")) {
    throw RpcError.invalidRequest(
      "command/exec tty or streaming requires a client-supplied processId",
    );
  }
  refuseSandbox(params);

  const output = captureOutput(
    request.capBytes,
    request.isStreamed && processId !== null
      ? (stream, deltaBase64, capReached) =>
          client.notify("command/exec/outputDelta", {
            processId,
            stream,
            deltaBase64,
            capReached,
          })
      : null,
  );
  const process = await table.start(client, processId, async () => {
    const cwd = folderOf(surroundings, params.cwd);
    return startProcess({
      ...request,
      cwd,
      env: await environmentOf(surroundings, cwd, params.env),
      signal: client.closed,
      groups: surroundings.groups,
      onOutput: (stream, chunk) => output[stream].accept(chunk),
    });
  });
  const { exitCode } = await process.exited;
  const { stdout, stderr } = output;
  if (params.disableOutputCap === true && (stdout.isCapReached || stderr.isCapReached)) {
    throw new RpcError(
      rpcCode.internalError,
      `the command wrote more than ${request.capBytes} bytes, too much for one answer: ` +
        "set streamStdoutStderr or outputBytesCap",
    );
  }
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function requireConsistent(params: ExecParams): void {
  if (params.disableOutputCap === true && typeof params.outputBytesCap === "number") {
    throw RpcError.invalidParams(
      "command/exec cannot set both outputBytesCap and disableOutputCap",
    );
  }
  if (params.disableTimeout === true && typeof params.timeoutMs === "number") {
    throw RpcError.invalidParams("command/exec cannot set both timeoutMs and disableTimeout");
  }
}
