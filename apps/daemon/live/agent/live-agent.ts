/** Environment variables. */
export type Environment = Readonly<Record<string, string>>;

/** Where one scenario's agent works, and what it talks to. */
export interface AgentPlace {
  /** The home of all scenarios of the lane. */
  readonly home: string;
  /** The project folder. */
  readonly folder: string;
  /** URL of the scenario's mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/** What the user types into the agent's own program, in a terminal. */
export interface TerminalPrompt {
  readonly text: string;
  /** The thread to go on with, the only one of its folder; null = a new session. */
  readonly threadId: string | null;
}

/** How one real agent is put behind a daemon; scenarios that hold for every agent know it only by this. */
export interface LiveAgent {
  /** Its name on the wire. */
  readonly name: string;
  /** What `host.toml` has to say for it to be offered. Default: nothing. */
  readonly config?: string;
  /** Absolute path of its program. */
  readonly command: string;
  /** The variable that makes Fairlead start another program in its place. */
  readonly programVariable: string;
  /** What its absence is told with. */
  readonly install: string;
  /** What its own sessions are listed with: what the user said first, or a title. */
  readonly previewOf: (prompt: string) => string;
  /** A step of the mock's program that calls the agent's own tool for reading a file. */
  readonly readStep: (path: string) => string;
  /** A model that is not its default, as clients name it. */
  readonly otherModel: string;
  /** The name its model calls a tool of an MCP server by. */
  readonly mcpTool: (server: string, tool: string, threadId: string) => string;
  /** True: what the user says while an answer is written cuts it; false: it waits for its end. */
  readonly cutsForSteer: boolean;
  /** What a command of its knows the agent's process by. Default: `$PPID`. */
  readonly processId?: string;
  /** Makes its home, with a model that nobody answers for; resolves with the environment of every folder. */
  prepare(home: string): Promise<Environment>;
  /** Points it at a scenario's mock in a project folder; resolves with what that folder has on top. */
  enter(place: AgentPlace): Promise<Environment>;
  /** Runs one prompt in the agent's own program; resolves with what it said. */
  type(prompt: TerminalPrompt, cwd: string, env: Environment): Promise<string>;
  /** Rejects when a scenario left something of the user's behind as it must not be. */
  checkAfter?(place: Pick<AgentPlace, "home" | "folder">): Promise<void>;
}
