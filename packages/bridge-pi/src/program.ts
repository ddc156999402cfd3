import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import {
  AgentProgram,
  fieldsOf,
  textOf,
  type Fields,
  type ProgramProtocol,
  type ProgramSink,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import { argumentsOf, environmentOf, type Launch } from "./command.ts";

const startTimeoutMs = 60_000;
/** For commands that are answered when their work is done, or what the user is asked first. */
export const patientMs: number = 24 * 60 * 60_000;

type Data = Readonly<Record<string, JsonValue>>;

/** What to do about a missing program. */
export const notInstalled =
  "Pi is not installed: run `npm i -g @earendil-works/pi-coding-agent` and, in Pi, `/login`";

/** One process of Pi's and the commands on its pipes. */
export class Program extends AgentProgram {
  /** What was asked under which id: older versions answer some commands without one. */
  readonly #asked: Map<string, string>;

  private constructor(host: BridgeHost, launch: Launch, sink: ProgramSink) {
    const { executable: file, cwd } = launch;
    const asked = new Map<string, string>();
    const spec = { file, args: argumentsOf(launch), cwd, env: environmentOf(launch) };
    super(host, spec, protocolOf(`Pi ${launch.version.text}`, asked), sink);
    this.#asked = asked;
  }

  /** Starts the program; resolves with its state when it is ready. */
  static async start(
    host: BridgeHost,
    launch: Launch,
    sink: ProgramSink,
    signal: AbortSignal,
  ): Promise<{ program: Program; state: Fields }> {
    const program = new Program(host, launch, sink);
    const state = program.request("get_state", {}, startTimeoutMs);
    return { program, state: await program.ready(state, signal) };
  }

  /** Pi's answer to a command. Rejects when it refuses, is gone or stays silent. */
  async request(type: string, more: Data = {}, timeoutMs?: number): Promise<Fields> {
    return this.ask((id) => {
      this.#asked.set(id, type);
      return { ...more, id, type };
    }, timeoutMs);
  }

  /** Answers a dialog of an extension's. */
  async reply(id: string, answer: Data): Promise<void> {
    await this.send({ type: "extension_ui_response", id, ...answer });
  }
}

function protocolOf(name: string, asked: Map<string, string>): ProgramProtocol {
  return {
    name,
    notInstalled,
    answerIn({ type, id: told, command, success, data, error }) {
      if (type !== "response") return null;
      const [named] = [...asked].find(([, known]) => known === command) ?? [];
      const id = textOf(told ?? named);
      asked.delete(id);
      const words = `${name} refused ${textOf(command)}: ${textOf(error) || "no reason given"}`;
      return {
        id,
        answer: success === true ? fieldsOf(data) : new BridgeError("bad-request", words),
      };
    },
    failureIn: (words) =>
      /no session found/i.test(words) ? new BridgeError("not-found", words) : null,
  };
}
