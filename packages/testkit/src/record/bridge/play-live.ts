import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BridgeFactory, createAgentServer, memoryPair } from "@fairlead/bridge-core";
import { type ClientStep, playSteps, type Scenario } from "@fairlead/conformance/scenarios";
import type { JsonObject } from "../../json.ts";
import { arrayOf, objectOf, stringOf } from "../../json.ts";
import { startMockLlm } from "../../mock/mock-llm.ts";
import { createFrameLog } from "../frame-log.ts";
import { fileWatch } from "./file-watch.ts";
import type { NativeEntry } from "./native-log.ts";
import type { RecordedAgent } from "./recorded-agent.ts";
import { RecordedServers } from "./recorded-servers.ts";
import { recordedBridge } from "./recording-host.ts";
import { storeWatch } from "./store-watch.ts";

/** A real agent and its bridge. */
export interface LiveAgent {
  readonly agent: RecordedAgent;
  readonly factory: BridgeFactory;
  /** Absolute path of the agent's program. */
  readonly command: string;
  /** `asides` of the bridge's manifest: what it asks in a beat and codex does not, answered. */
  readonly asides: JsonObject;
}

/** What passed between a bridge and its agent, and the folders in it. */
export interface NativeRecording {
  readonly entries: readonly NativeEntry[];
  readonly folders: { readonly cwd: string; readonly home: string; readonly root: string };
}

/** What an agent still says when the wire has said all is cut off only after this. */
const restMs = 700;

/** Plays a scenario on a bridge with its real agent, and writes down what passes between the two. */
export async function playLive(
  { agent, factory, command, asides }: LiveAgent,
  scenario: Scenario,
): Promise<NativeRecording> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-record-")));
  const entries: NativeEntry[] = [];
  const folders = { cwd: join(root, "project"), home: join(root, "home"), root };
  const { cwd, home } = folders;
  try {
    for (const folder of [cwd, home, join(root, "tmp")]) await mkdir(folder);
    for (const [name, text] of Object.entries(scenario.files ?? {})) {
      await mkdir(join(cwd, name, ".."), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    await using mock = await startMockLlm();
    const beats = scenario.steps.flatMap((step) =>
      step.type === "request" && step.beat !== undefined ? [step.beat] : [],
    );
    const more = beats.flatMap((beat) => Object.entries(agent.beatEnvironment[beat] ?? {}));
    const environment = {
      PATH: process.env["PATH"] ?? "",
      TMPDIR: join(root, "tmp"),
      ...(await agent.environment({ home, mockUrl: mock.url, command })),
      ...Object.fromEntries(more),
    };
    const add = (entry: NativeEntry): void => void entries.push(entry);
    const servers = new RecordedServers(add);
    const files = agent.sessions === null ? null : fileWatch(join(home, agent.sessions));
    const lists = storeWatch(servers);
    const changes = async (): Promise<void> => {
      for (const [path, lines] of (await files?.changes()) ?? [])
        add({ type: "file", path, lines });
      for (const entry of await lists.changes(entries, agent)) add(entry);
    };
    const server = createAgentServer({
      bridge: recordedBridge(factory, servers, add),
      dataDir: join(root, "data"),
      defaultCwd: cwd,
      policy: { approvals: "auto", sandbox: "danger-full-access" },
      environment: () => Promise.resolve(environment),
    });
    const log = createFrameLog();
    const open = new Map<string, (frame: JsonObject) => void>();
    const connect = async (client: string): Promise<void> => {
      const [near, far] = memoryPair();
      void server.attach(far).closed;
      open.set(client, (frame) => near.send(JSON.stringify(frame)));
      near.start({
        onFrame: (text) => log.add({ client, dir: "recv", frame: objectOf(JSON.parse(text)) }),
        onClose: () => log.end(client),
      });
    };
    try {
      await connect("a");
      await playSteps(
        withEarlier(scenario.steps, agent).flatMap((step) => inItsTools(step, agent, asides)),
        {
          cwd,
          connect,
          disconnect: async (client) => void open.delete(client),
          send(client, frame) {
            log.add({ client, dir: "send", frame });
            open.get(client)?.(frame);
          },
          take: log.take,
          async release() {
            entries.push({ type: "release" });
            mock.release();
          },
          async cue(beat) {
            await sleep(restMs);
            await changes();
            entries.push({ type: "cue", beat });
          },
        },
      );
      await sleep(restMs);
      await changes();
      return { entries: [...entries], folders };
    } finally {
      await server[Symbol.asyncDispose]();
    }
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The steps, with what has to happen before the first beat. */
function withEarlier(
  steps: readonly ClientStep[],
  { earlier }: RecordedAgent,
): readonly ClientStep[] {
  const isBeat = (step: ClientStep): boolean => step.type === "request" && step.beat !== undefined;
  const first = steps.findIndex(isBeat);
  const before = steps.flatMap((step) =>
    step.type === "request" && step.beat !== undefined ? (earlier[step.beat] ?? []) : [],
  );
  return first === -1 ? steps : [...steps.slice(0, first), ...before, ...steps.slice(first)];
}

/** The step with the prompt that makes the mock do in this agent's tools what the beat says. */
function inItsTools(
  step: ClientStep,
  { programs }: RecordedAgent,
  asides: JsonObject,
): readonly ClientStep[] {
  if (step.type !== "request" || step.beat === undefined) return [step];
  const program = programs[step.beat];
  const input = program === undefined ? {} : { input: [{ type: "text", text: program }] };
  const answers = arrayOf(asides[step.beat]).map((aside) => answerOf(objectOf(aside)));
  return [{ ...step, params: { ...step.params, ...input } }, ...answers];
}

function answerOf({ to, capture, with: answer }: JsonObject): ClientStep {
  const paths = Object.entries(objectOf(capture)).map(
    ([name, path]) => [name, stringOf(path)] as const,
  );
  return {
    type: "answer",
    to: objectOf(to),
    capture: Object.fromEntries(paths),
    with: objectOf(answer),
  };
}
