import { CodexClient } from "@fairlead/client";
import { type LawChecker, createLawChecker } from "@fairlead/conformance/laws";
import type { LiveDaemon } from "./stage.ts";

/** How many frames a failure shows, and how much of each. */
const shownFrames = 16;
const shownLength = 360;

/** Holds every frame of a scenario's clients to the schema and the laws, and remembers the last ones. */
export class WireWatch {
  readonly #checkers = new Map<CodexClient, LawChecker>();
  readonly #frames: string[] = [];
  readonly #problems: string[] = [];
  #clients = 0;

  /** Connects a client and watches it until it is closed. */
  async connect(daemon: LiveDaemon): Promise<CodexClient> {
    const checker = createLawChecker({ errorCodes: true });
    this.#clients += 1;
    const name = `client ${this.#clients}`;
    const client = await CodexClient.connect(daemon.url, {
      clientInfo: { name: "fairlead-live", version: "0" },
      token: daemon.token,
      experimental: true,
      validate: true,
      onInvalid: (problem) => this.#problems.push(`${name}: ${problem}`),
      onFrame: (direction, frame) => {
        if (direction === "send") checker.send(frame);
        else checker.receive(frame);
        const mark = direction === "send" ? "→" : "←";
        this.#frames.push(`${name} ${mark} ${JSON.stringify(frame).slice(0, shownLength)}`);
        if (this.#frames.length > shownFrames) this.#frames.shift();
      },
    });
    this.#checkers.set(client, checker);
    return client;
  }

  /** Closes a client in the middle of things: what still runs may go on without it. */
  async disconnect(client: CodexClient): Promise<void> {
    await client.close();
    this.#checkers.get(client)?.disconnect();
  }

  /** What was wrong with the frames. Call it when the clients are closed. */
  problems(): readonly string[] {
    const broken = [...this.#checkers.values()].flatMap((checker) => checker.finish());
    return [
      ...this.#problems,
      ...broken.map(
        ({ law, clause, message, frame }) =>
          `law ${law}, ${clause}: ${message}: ${JSON.stringify(frame).slice(0, shownLength)}`,
      ),
    ];
  }

  /** The last frames, oldest first. */
  get frames(): readonly string[] {
    return this.#frames;
  }
}
