import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "@fairlead/bridge-core";
import type { LawCheckerOptions } from "../law-checker.ts";
import type { FixtureFolder } from "../fixture/folder.ts";
import { field, stringField } from "../read.ts";
import { features } from "../scenario/feature.ts";
import { fillInAll, includes, valueAt } from "../scenario/pattern.ts";
import { playSteps } from "../scenario/play-steps.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ClientStep, JsonObject } from "../scenario/step.ts";
import { type ClientFrame, compareSkeletons, skeletonOf } from "../skeleton.ts";
import { goldenFrames } from "./golden.ts";
import type { Aside, Manifest } from "./manifest.ts";
import type { Place, Served, ServedEvents } from "./served.ts";
import { Stop } from "./stop.ts";
import { SuiteClient } from "./suite-client.ts";

/** What becomes of a daemon: the last one of a run is only asked what is left of it. */
export type Fate = "may be killed" | "stays";

/** Starts a daemon in a place. */
export type Serve = (place: Place, events: ServedEvents, fate: Fate) => Promise<Served>;

/** What a way of running changes. It may do nothing at all. */
export interface WayHooks {
  /** Clients can come back to their session. Default false. */
  readonly resumable?: boolean;
  /** The clients are there, none has said anything. */
  begin?(run: ScenarioRun): Promise<void>;
  /** Before each step of the script. */
  beforeStep?(run: ScenarioRun, step: ClientStep): Promise<void>;
  /** A client received a frame of the script's. */
  onFrame?(run: ScenarioRun, client: SuiteClient, frame: JsonObject): void;
  /** The script is over and all is quiet. What is wrong, one sentence each. */
  finish?(run: ScenarioRun): Promise<readonly string[]>;
}

/** What a scenario is run with. */
export interface ScenarioSetup {
  readonly scenario: Scenario;
  readonly manifest: Pick<Manifest, "features" | "asides">;
  readonly fixtures: Pick<FixtureFolder, "furnish">;
  readonly serve: Serve;
  readonly hooks: WayHooks;
  /** What the frames are held to. Default: the laws as written, error codes too. */
  readonly laws?: LawCheckerOptions;
  /** Nothing at all has happened for so long: nothing will. The last resort. Default 6000. */
  readonly stallMs?: number;
}

/** What came of it. */
export interface ScenarioOutcome {
  /** One sentence each; empty = passed. */
  readonly problems: readonly string[];
  /** What clients saw of the agent, for the manifest. */
  readonly frames: readonly ClientFrame[];
}

const usualStallMs = 6000;
const watchMs = 250;

/** One scenario while it runs one way: its folders, its daemon and its clients. */
export class ScenarioRun {
  readonly scenario: Scenario;
  readonly stop: Stop = new Stop();
  readonly clients: Map<string, SuiteClient> = new Map();
  readonly place: Place;
  /** What real codex said. */
  golden: readonly ClientFrame[] = [];
  readonly #setup: ScenarioSetup;
  #served: Served;
  #still = 0;

  private constructor(setup: ScenarioSetup, place: Place, served: Served) {
    this.scenario = setup.scenario;
    this.#setup = setup;
    this.place = place;
    this.#served = served;
  }

  /** Runs a scenario in folders of its own, which are gone afterwards. Never rejects. */
  static async play(setup: ScenarioSetup): Promise<ScenarioOutcome> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-conformance-")));
    try {
      const place = {
        dataDir: join(root, "data"),
        cwd: join(root, "project"),
        home: join(root, "home"),
      };
      for (const folder of Object.values(place)) await mkdir(folder);
      for (const [name, text] of Object.entries(setup.scenario.files ?? {})) {
        await mkdir(dirname(join(place.cwd, name)), { recursive: true });
        await writeFile(join(place.cwd, name), text);
      }
      setup.fixtures.furnish(place.home);
      const events: { current: ServedEvents } = {
        current: { onActivity: () => {}, onProblem: () => {} },
      };
      const forwarded: ServedEvents = {
        onActivity: () => events.current.onActivity(),
        onProblem: (problem) => events.current.onProblem(problem),
      };
      const served = await setup.serve(place, forwarded, "may be killed");
      const run = new ScenarioRun(setup, place, served);
      events.current = run.events;
      return await run.#play();
    } catch (error) {
      return { problems: [messageOf(error)], frames: [] };
    } finally {
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** What a daemon of this run is told to call. */
  get events(): ServedEvents {
    return {
      onActivity: () => {
        this.#still = 0;
      },
      onProblem: (problem) => this.stop.because(problem),
    };
  }

  get served(): Served {
    return this.#served;
  }

  /** Kills the daemon and starts another one on what it left. Clients have to connect anew. */
  async killDaemon(next: Fate): Promise<void> {
    const place = await this.#served.kill();
    this.#served = await this.#setup.serve(place, this.events, next);
  }

  /** A client that is no part of the script, or a new connection of it. */
  client(name: string): SuiteClient {
    const known = this.clients.get(name);
    if (known !== undefined) return known;
    const { hooks, laws = { errorCodes: true } } = this.#setup;
    const client: SuiteClient = new SuiteClient({
      name,
      device: hooks.resumable === true ? `suite-${name}` : null,
      served: () => this.#served,
      stop: this.stop,
      laws,
      onActivity: this.events.onActivity,
      onFrame: (frame) => {
        this.#refused(client, frame);
        hooks.onFrame?.(this, client, frame);
      },
    });
    this.clients.set(name, client);
    return client;
  }

  /**
   * Resolves when the agent has printed what it has to print and every client has got what the
   * server had for it.
   */
  async settle(): Promise<void> {
    await this.#served.state();
    for (const client of this.clients.values()) {
      if (client.isConnected) await client.request("thread/loaded/list", {});
    }
  }

  async #play(): Promise<ScenarioOutcome> {
    const watch = setInterval(() => void this.#watch(), watchMs);
    const problems: string[] = [];
    try {
      this.golden = goldenFrames(this.scenario.id);
      this.client("a").connect();
      await this.#setup.hooks.begin?.(this);
      await this.#script();
      await this.settle();
      problems.push(...(await this.#served.state()).leftOver);
      await this.#readThreads();
      problems.push(...((await this.#setup.hooks.finish?.(this)) ?? []));
    } catch (error) {
      problems.push(this.stop.problem ?? messageOf(error));
    } finally {
      clearInterval(watch);
      // A server that ends hangs up on everybody, and that is no problem.
      for (const client of this.clients.values()) client.brace();
      await this.#served[Symbol.asyncDispose]();
    }
    const frames = [...this.clients.values()]
      .filter(({ name }) => !name.startsWith("suite-"))
      .flatMap((client) => client.frames);
    // A script that broke off says so; what it did not see says nothing more.
    if (problems.length === 0) {
      const claims = this.#setup.manifest.features;
      const claimed = features.filter((feature) => claims[feature] === true);
      const options = { features: claimed };
      problems.push(...compareSkeletons(skeletonOf(this.golden), skeletonOf(frames), options));
      for (const client of this.clients.values()) problems.push(...client.finish());
    } else {
      for (const client of this.clients.values()) {
        client.laws.disconnect();
        problems.push(...client.finish());
      }
    }
    return { problems, frames };
  }

  #script(): Promise<void> {
    const { hooks } = this.#setup;
    return playSteps(this.scenario.steps, {
      cwd: this.place.cwd,
      connect: async (name) => this.client(name).connect(),
      disconnect: async (name) => this.client(name).disconnect(),
      send: (name, frame) => this.client(name).send(frame),
      take: (name, matches, what) => this.client(name).take(matches, what),
      release: () => this.#served.release(),
      cue: async (beat) => {
        await this.#served.cue(beat);
        for (const aside of this.#setup.manifest.asides[beat] ?? []) this.#answer(aside);
      },
      onStep: async (step) => {
        this.stop.signal.throwIfAborted();
        await hooks.beforeStep?.(this, step);
      },
    });
  }

  /** Answers what this agent asks and codex does not, once. */
  #answer({ to, with: answer, capture = {} }: Aside): void {
    const client = this.client("a");
    client.answerAside(
      (frame) => includes(frame, to),
      (frame) => {
        const captured = new Map(
          Object.entries(capture).map(([name, path]) => [name, valueAt(frame, path)]),
        );
        return fillInAll(answer, captured, this.place.cwd);
      },
    );
  }

  /** A script goes on with what codex answered: without that there is nothing to wait for. */
  #refused({ name }: SuiteClient, frame: JsonObject): void {
    const { id, method, error } = frame;
    if (method !== undefined || error === undefined) return;
    const codex = this.golden.find(
      ({ client = "a", dir, frame: said }) =>
        client === name && dir === "recv" && field(said, "id") === id && !hasMethod(said),
    );
    if (field(codex?.frame, "result") === undefined) return;
    const asked = this.client(name).sent.find((sent) => sent["id"] === id);
    const words = stringField(error, "message") ?? "no message";
    this.stop.because(`${String(asked?.["method"])} was refused, codex answers it: ${words}`);
  }

  /** Reads every thread whole, so that the laws compare it with what was seen live. */
  async #readThreads(): Promise<void> {
    const reader = [...this.clients.values()].find(({ isConnected }) => isConnected);
    for (const threadId of reader === undefined ? [] : this.threads()) {
      await reader?.request("thread/read", { threadId, includeTurns: true });
    }
  }

  /** Threads with a turn, in the order of their first one. */
  threads(): readonly string[] {
    const found = new Set<string>();
    for (const client of this.clients.values()) {
      for (const frame of client.received) {
        const id = stringField(frame, "params", "threadId");
        if (field(frame, "method") === "turn/started" && id !== undefined) found.add(id);
      }
    }
    return [...found];
  }

  async #watch(): Promise<void> {
    this.#still += watchMs;
    if (this.#still < (this.#setup.stallMs ?? usualStallMs)) return;
    const waiting = [...this.clients.values()].flatMap((client) => client.waitingFor);
    const { waitingFor } = await this.#served.state().catch(() => ({ waitingFor: [] }));
    const both = [...waiting, ...waitingFor].join("; ");
    this.stop.because(`nothing happens any more: ${both || "nobody says what is missing"}`);
  }
}

function hasMethod(frame: unknown): boolean {
  return field(frame, "method") !== undefined;
}
