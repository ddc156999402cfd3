import { messageOf } from "@fairlead/bridge-core";
import { judgeFiles } from "./judge-files.ts";
import { listBeats } from "./list-beats.ts";
import { readOptions } from "./options.ts";
import { type CliStreams, UsageError } from "./streams.ts";
import { testBridge } from "./test-bridge.ts";

/**
 * The command `fairlead-conformance`. Resolves with its exit code: 0 = passed, 1 = something
 * failed, 2 = nothing could be judged. Never rejects.
 */
export async function runCli(
  args: readonly string[],
  version: string,
  streams: CliStreams,
): Promise<number> {
  try {
    const request = readOptions(args, version, streams);
    switch (request.type) {
      case "nothing":
        return request.exitCode;
      case "suite":
        return await testBridge(request, streams);
      case "beats":
        return await listBeats(request, streams);
      case "transcripts":
        return await judgeFiles(request, streams);
    }
  } catch (error) {
    const hint = error instanceof UsageError ? "\nfairlead-conformance --help shows examples." : "";
    streams.err(`fairlead-conformance: ${messageOf(error)}${hint}\n`);
    return 2;
  }
}
