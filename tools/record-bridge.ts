/**
 * Records the beats of a bridge's agent for the conformance suite: the real agent behind the real
 * bridge, against the mock LLM. Run as `pnpm record:bridge claude [BEAT…] [--out FOLDER]`.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bridges } from "../apps/daemon/src/registry.ts";
import { beats } from "../packages/conformance/src/scenarios.ts";
import { claudeEnvironment } from "../packages/testkit/src/agents/claude-environment.ts";
import { installAgent } from "../packages/testkit/src/agents/install-agent.ts";
import { claudeDialect } from "../packages/testkit/src/record/bridge/claude-dialect.ts";
import { recordBridge } from "../packages/testkit/src/record/bridge/record-bridge.ts";
import { todoTools } from "../packages/testkit/src/record/claude-steps.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string" } },
});
const [name, ...wanted] = positionals;
const factory = name === "claude" ? bridges.get(name) : undefined;
if (factory === undefined)
  throw new Error("usage: pnpm record:bridge claude [BEAT…] [--out FOLDER]");
const agent = await installAgent("claude");
if (!agent.ok) throw new Error(agent.reason);
const { command, version } = agent;

const request_id = "$asked";
const success = { subtype: "success", request_id, response: {} };
const missing = await recordBridge({
  agent: {
    name: "claude",
    version,
    factory,
    sessions: ".claude/projects",
    environment: (options) => ({ ...claudeEnvironment(options), FAIRLEAD_CLAUDE: command }),
    beatEnvironment: {
      plan: { ...todoTools, CLAUDE_CODE_ENABLE_TASKS: "0" },
      "compact-auto": { CLAUDE_CODE_AUTO_COMPACT_WINDOW: "100000" },
    },
  },
  dialect: claudeDialect,
  folder:
    values.out ??
    fileURLToPath(new URL("../packages/bridge-claude/test/conformance/", import.meta.url)),
  only: wanted.length > 0 ? wanted : ["open", ...Object.keys(beats)],
  standing: [
    {
      whenever: { type: "control_request", request_id },
      recv: [{ type: "control_response", response: success }],
    },
  ],
  tell: (line) => void process.stdout.write(`${line}\n`),
});
process.exitCode = missing.length === 0 ? 0 : 1;
