import type { BridgeHost, Environment } from "@fairlead/bridge-core";
import {
  AgentServer,
  environmentJson,
  fieldsOf,
  jsonFieldsOf,
  textOf,
  type Fields,
  type SessionFrame,
} from "@fairlead/bridge-core/parts";
import { serverPermission } from "./permissions.ts";

/** What to do about a missing program. */
export const notInstalled =
  "OpenCode is not installed: run `npm i -g opencode-ai` and `opencode auth login`";

/** The program to run: `FAIRLEAD_OPENCODE`, by default `opencode` of the PATH. */
export function executableIn(environment: Environment): string {
  return environment["FAIRLEAD_OPENCODE"] || "opencode";
}

/** A server of ours, or the one at `FAIRLEAD_OPENCODE_URL`, which is never ended here. */
export async function openServer(
  host: BridgeHost,
  cwd: string,
  environment: Environment,
  onStranger: (session: string) => void,
): Promise<AgentServer> {
  const { FAIRLEAD_OPENCODE_URL: url, OPENCODE_SERVER_PASSWORD: theirs = "" } = environment;
  const password = url ? theirs : host.secret();
  const permission = environmentJson(environment, "OPENCODE_PERMISSION");
  const config = jsonFieldsOf(environmentJson(environment, "OPENCODE_CONFIG_CONTENT"));
  // No session is uploaded without a question.
  const share = config["share"] === "disabled" ? "disabled" : "manual";
  return AgentServer.open({
    host,
    agent: "OpenCode",
    url: url || null,
    user: environment["OPENCODE_SERVER_USERNAME"] || "opencode",
    password,
    health: "/global/health",
    events: "/global/event",
    // It has a heartbeat every ten seconds.
    silenceMs: 30_000,
    read,
    onStranger,
    program: {
      notInstalled,
      listening: /listening on (https?:\/\/\S+)/,
      spec: (port) => ({
        file: executableIn(environment),
        // Its `--port 0` is 4096 where that is free.
        args: ["serve", "--hostname", "127.0.0.1", "--port", port],
        cwd,
        env: {
          OPENCODE_SERVER_PASSWORD: password,
          OPENCODE_PERMISSION: serverPermission(permission),
          OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...config, share }),
          OPENCODE_AUTO_SHARE: "false",
        },
      }),
    },
  });
}

function read({ payload }: Fields): SessionFrame {
  const event = fieldsOf(payload);
  const type = textOf(event["type"]);
  if (type === "server.connected") return "connected";
  // `sync` is the same once more, in the words of the second protocol.
  if (type.startsWith("server.") || type === "sync") return "ignored";
  const { sessionID, info } = fieldsOf(event["properties"]);
  const [session, parent] = [textOf(sessionID), textOf(fieldsOf(info)["parentID"])];
  return { event, session, parent, isListed: /^session\.(created|updated|deleted)$/.test(type) };
}
