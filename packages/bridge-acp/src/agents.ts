import { fileURLToPath } from "node:url";
import type { BridgeCapabilities } from "@fairlead/bridge-core";

/** An agent that speaks ACP on its pipes, and what of it cannot be asked. */
export interface AcpAgent {
  /** Kebab slug: its name on the wire. */
  readonly id: string;
  readonly displayName: string;
  /** Looked up on the PATH of a thread's folder. */
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the folder's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Below the folder's environment: what counts where that says nothing. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What to type to install it. Default: that its command is not there is all that is said. */
  readonly install?: string;
  /** What to type to log in, where the agent does not say it itself. */
  readonly login?: readonly string[];
  /**
   * Its ways to log in that need no person: by their ids, the variable that has to be set for each;
   * null where a login is found that was made before.
   */
  readonly authentications?: Readonly<Record<string, string | null>>;
  /** How far it goes on from a conversation; `none`: loading one does harm. Default `resume`. */
  readonly from?: BridgeCapabilities["from"];
  /** Its mode that asks most, where that has no common name. */
  readonly askingMode?: string;
}

/**
 * Behind the rules of the user's files, of which the last that fits counts: a name that is in these
 * keeps its place, and `**` is in none.
 */
const openCodeAsks = {
  "**": { "**": "ask" },
  read: { "*": "allow", "*.env": "ask", "*.env.*": "ask", "*.env.example": "allow" },
  ...{ glob: "allow", grep: "allow", list: "allow", lsp: "allow" },
  ...{ todowrite: "allow", todoread: "allow", question: "allow" },
  // What a sub-agent asks reaches no client: it would wait for ever.
  task: "deny",
};

/** Settings below all others: what a command prints in a terminal of Gemini's own reaches no client. */
const geminiDefaults = fileURLToPath(new URL("../gemini/system-defaults.json", import.meta.url));

/** Agents whose way into ACP is known, by their ids. */
export const presets: Readonly<Record<string, AcpAgent>> = {
  gemini: {
    ...agent("gemini", "Gemini CLI", "gemini", "--acp"),
    defaults: { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: geminiDefaults },
    install: "npm i -g @google/gemini-cli",
    login: ["gemini"],
    authentications: { "gemini-api-key": "GEMINI_API_KEY", "vertex-ai": "GOOGLE_API_KEY" },
    // A session that was loaded is deleted at its next start, as of 0.61.
    from: "none",
  },
  opencode: {
    ...agent("opencode", "OpenCode", "opencode", "acp"),
    env: { OPENCODE_PERMISSION: JSON.stringify(openCodeAsks) },
    install: "npm i -g opencode-ai",
    login: ["opencode", "auth", "login"],
    from: "forkAtEnd",
    askingMode: "build",
  },
  droid: {
    ...agent("droid", "Factory Droid", "droid", "exec", "--output-format", "acp"),
    env: { DROID_DISABLE_AUTO_UPDATE: "true", FACTORY_DROID_AUTO_UPDATE_ENABLED: "false" },
    install: "npm i -g droid",
    login: ["droid"],
    askingMode: "normal",
  },
  "codex-acp": {
    ...agent("codex-acp", "Codex (ACP)", "codex-acp", ...codexAsks()),
    install: "npm i -g @zed-industries/codex-acp",
    login: ["codex", "login"],
    authentications: { "codex-api-key": "CODEX_API_KEY", "openai-api-key": "OPENAI_API_KEY" },
    // Of 1.0 and later, which read no `-c`: their mode `agent` lets a model allow what it asks.
    askingMode: "read-only",
  },
  "claude-agent-acp": {
    ...agent("claude-agent-acp", "Claude Agent (ACP)", "claude-agent-acp"),
    install: "npm i -g @agentclientprotocol/claude-agent-acp",
    login: ["claude", "/login"],
    from: "forkAtEnd",
  },
  goose: {
    ...agent("goose", "Goose", "goose", "acp"),
    // Else it asks for nothing.
    env: { GOOSE_MODE: "approve" },
    install: "brew install block-goose-cli",
    login: ["goose", "configure"],
    askingMode: "approve",
  },
  kimi: {
    ...agent("kimi", "Kimi CLI", "kimi", "acp"),
    install: "uv tool install kimi-cli",
    login: ["kimi", "login"],
  },
  qwen: {
    ...agent("qwen", "Qwen Code", "qwen", "--acp"),
    install: "npm i -g @qwen-code/qwen-code",
    login: ["qwen"],
    authentications: { openai: "OPENAI_API_KEY" },
  },
  cursor: {
    ...agent("cursor", "Cursor", "cursor-agent", "acp"),
    install: "curl https://cursor.com/install -fsS | bash",
    login: ["cursor-agent", "login"],
    authentications: { cursor_login: null },
    askingMode: "agent",
  },
  copilot: {
    ...agent("copilot", "GitHub Copilot", "copilot", "--acp"),
    install: "npm i -g @github/copilot",
    login: ["copilot", "login"],
  },
  grok: {
    ...agent("grok", "Grok", "grok", "agent", "stdio"),
    install: "npm i -g @xai-official/grok",
    login: ["grok", "login"],
    authentications: { "xai.api_key": "XAI_API_KEY", cached_token: null },
  },
  devin: {
    ...agent("devin", "Devin", "devin", "acp"),
    install: "curl -fsSL https://cli.devin.ai/install.sh | bash",
    login: ["devin", "auth", "login"],
  },
  hermes: {
    ...agent("hermes", "Hermes", "hermes", "acp"),
    install: "pip install 'hermes-agent[acp]'",
    login: ["hermes", "model"],
  },
};

/** An agent of which only its command is known. */
export function agent(
  id: string,
  displayName: string,
  command: string,
  ...args: readonly string[]
): AcpAgent {
  return { id, displayName, command, args, env: {} };
}

/** Asks before everything but reading; what the user has allowed then runs as it would by itself. */
function codexAsks(): readonly string[] {
  return ["-c", 'approval_policy="untrusted"', "-c", 'sandbox_mode="danger-full-access"'];
}
