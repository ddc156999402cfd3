import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { RpcError } from "../errors.ts";
import type { ProcessSurroundings } from "../exec/process-environment.ts";
import { localEnvironmentId } from "../threads/local-environment.ts";
import type { Handlers } from "./handler.ts";

/** The one environment there is: the machine Fairlead runs on. */
export function environmentMethods({
  environment,
  defaultCwd,
}: Omit<ProcessSurroundings, "groups">): Handlers {
  return {
    async "environment/info"({ environmentId }) {
      if (environmentId !== localEnvironmentId) {
        throw RpcError.invalidRequest(
          `environment not found: ${environmentId}; there is only ${localEnvironmentId}`,
        );
      }
      const { SHELL: path = "/bin/sh" } = await environment(defaultCwd);
      return {
        shell: { name: basename(path), path },
        cwd: pathToFileURL(defaultCwd).href,
      };
    },
    "environment/status": ({ environmentId }) => ({
      status: environmentId === localEnvironmentId ? "ready" : "unknown",
    }),
  };
}
