import type { ClientStep, Scenario } from "@fairlead/conformance/scenarios";
import type { JsonObject } from "../../json.ts";
import type { StoredList } from "./native-log.ts";

/** What is to be known of an agent to record it beneath its bridge. */
export interface RecordedAgent {
  /** The module below the bridge's package whose default export is recorded. Default: its source. */
  readonly module?: string;
  /** Its environment, on top of `PATH` and `TMPDIR`. */
  readonly environment: (o: {
    readonly home: string;
    readonly mockUrl: string;
    /** Absolute path of its program. */
    readonly command: string;
  }) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Folder of its session files, below the home; null when its server keeps the sessions. */
  readonly sessions: string | null;
  /** The lists its server keeps of what this frame is about. */
  readonly stored?: (frame: JsonObject) => readonly StoredList[];
  /** Further environment for what it does in a beat. */
  readonly beatEnvironment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Prompts, by beat, where the script's own names tools of codex. */
  readonly programs: Readonly<Record<string, string>>;
  /** What happens in a conversation before its first beat, for this beat to come about. */
  readonly earlier: Readonly<Record<string, readonly ClientStep[]>>;
  /** Whether this is what a beat begins with. */
  readonly isPrompt: (frame: JsonObject) => boolean;
  /** Whether the agent's files hold the turn once it has said this. */
  readonly isEnd: (frame: JsonObject) => boolean;
  /** True: what it says meanwhile is a turn of its own, so that a beat has several ends. */
  readonly queues?: true;
  /** The id of the conversation, where a frame or a line of a file has it; `$session` in beats. */
  readonly sessionIn: (frame: JsonObject) => string;
  /** A frame, or what is told of its files, before ids and times are made alike. Default: as it is. */
  readonly prepare?: (body: JsonObject) => JsonObject;
  /**
   * What a frame adds to the lists it tells a conversation's past from, when it is asked for that: lines
   * of a beat. Default: nothing.
   */
  readonly past?: (frame: JsonObject) => readonly JsonObject[];
  /** What each of its session files begins with. Default: nothing. */
  readonly head?: readonly JsonObject[];
  /** What is kept of a frame it printed; null = nothing. */
  readonly trim: (frame: JsonObject) => JsonObject | null;
  /** What is kept of an entry of a list of its server's. Default: all. */
  readonly trimStored?: (entry: JsonObject) => JsonObject;
  /** What is kept of a line of its files; null = nothing. */
  readonly trimLine: (line: JsonObject) => JsonObject | null;
  /**
   * A pattern for a request of the bridge's that may come at any time and is answered alike
   * whenever it comes; null for every other.
   */
  readonly standing: (sent: JsonObject) => JsonObject | null;
  /** Whether a frame of the agent answers a request of the bridge's. */
  readonly isAnswer: (received: JsonObject, sent: JsonObject) => boolean;
  /** Members of what the bridge writes that may be anything, by beat. */
  readonly loose: (beat: string) => readonly string[];
  /** A standing line, with what it changes in the lists the server keeps. Default: as it is. */
  readonly storing?: (line: JsonObject) => readonly JsonObject[];
  /**
   * Lines of the opening that no recording shows: how its server answers from the lists it keeps.
   * They go before what was recorded of the same method and path.
   */
  readonly keeps?: readonly JsonObject[];
  /** A conversation that brings out how it starts, and every standing answer. */
  readonly opening: Scenario;
}
