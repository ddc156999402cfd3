import type { JsonObject } from "../json.ts";
import { isObject, objectOf } from "../json.ts";
import type { JsonlAgent, LoggedFrame } from "./jsonl-agent.ts";
import type { Captures, RecordStep } from "./step.ts";

/** What a scenario is played with. */
export interface Stage {
  readonly agent: JsonlAgent;
  /** The project folder. */
  readonly cwd: string;
  /** Lets the mock's held answers go on. */
  readonly release: () => void;
}

/**
 * Plays a scenario and returns the frames up to the last one it sent or waited for. What an agent
 * may still say after that is left out: it differs from run to run.
 */
export async function playSteps(
  steps: readonly RecordStep[],
  stage: Stage,
): Promise<readonly LoggedFrame[]> {
  const { agent, cwd } = stage;
  const captured = new Map<string, unknown>();
  let end = 0;
  let nextId = 1;

  const send = (frame: JsonObject): void => {
    agent.send(objectOf(resolve(frame, captured, cwd)));
    end = Math.max(end, agent.log.length);
  };
  const take = async (pattern: JsonObject, capture: Captures = {}): Promise<JsonObject> => {
    const wanted = resolve(pattern, captured, cwd);
    const at = await agent.take((frame) => includes(frame, wanted), JSON.stringify(wanted));
    end = Math.max(end, at + 1);
    const frame = agent.log[at]?.frame ?? {};
    for (const [name, path] of Object.entries(capture)) captured.set(name, valueAt(frame, path));
    return frame;
  };

  for (const step of steps) {
    switch (step.type) {
      case "send":
        send(step.frame);
        break;
      case "request": {
        const id = nextId++;
        send({ id, method: step.method, params: step.params });
        await take({ id, method: undefined }, step.capture);
        break;
      }
      case "await":
        await take(step.frame, step.capture);
        break;
      case "answer": {
        const asked = await take(step.to, step.capture);
        send(envelope(asked, step.with));
        break;
      }
      case "release":
        stage.release();
    }
  }
  return agent.log.slice(0, end);
}

/** An answer to a request: Claude Code's control protocol, or codex's JSON-RPC. */
function envelope(asked: JsonObject, answer: JsonObject): JsonObject {
  const { request_id } = asked;
  return request_id === undefined
    ? { id: asked["id"], result: answer }
    : { type: "control_response", response: { subtype: "success", request_id, response: answer } };
}

function resolve(value: unknown, captured: ReadonlyMap<string, unknown>, cwd: string): unknown {
  if (typeof value === "string") {
    const name = /^\$(\w+)$/.exec(value)?.[1];
    if (name !== undefined && captured.has(name)) return captured.get(name);
    return value.replaceAll("$cwd", cwd);
  }
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, captured, cwd));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolve(member, captured, cwd)]),
  );
}

/** True when the value has everything the pattern has; a member `undefined` must be absent. */
function includes(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((entry, index) => includes(value[index], entry));
  }
  if (isObject(pattern)) {
    return (
      isObject(value) &&
      Object.entries(pattern).every(([key, member]) => includes(value[key], member))
    );
  }
  return value === pattern;
}

function valueAt(frame: JsonObject, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => objectOf(value)[key], frame);
}
