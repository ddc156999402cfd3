import {
  isServerNotificationMethod,
  isServerRequestMethod,
  notificationSchema,
  serverRequestSchema,
} from "@fairlead/codex-proto";
import { field, isRecord, numberField, stringField } from "../../src/read.ts";
import {
  type Damage,
  type DamageRule,
  type Frames,
  type Told,
  answered,
  changed,
  doubled,
  leaving,
  told,
  withValue,
  without,
} from "./damage.ts";

/** Rules against the frame itself, its shape and its times. */
export const wireRules: readonly DamageRule[] = [
  {
    name: "drop a response",
    law: "envelope",
    clause: "never-answered",
    places: (frames) =>
      answered(frames).map(
        ({ index, request }) =>
          () =>
            leaving(without(frames, index), request),
      ),
  },
  {
    name: "answer a request twice",
    law: "envelope",
    clause: "answered-twice",
    places: (frames) =>
      answered(frames).map(
        ({ index, recorded }) =>
          () =>
            doubled(frames, index, recorded),
      ),
  },
  {
    name: "answer under another id",
    law: "envelope",
    clause: "answer-to-nothing",
    places: (frames) =>
      answered(frames).map(
        ({ index, recorded }) =>
          () =>
            changed(frames, index, withValue(recorded.frame, ["id"], "damaged")),
      ),
  },
  {
    name: "write the jsonrpc key",
    law: "envelope",
    clause: "jsonrpc-key",
    places: (frames) =>
      frames.flatMap(({ dir, frame }, index) =>
        dir === "recv" ? [() => changed(frames, index, withValue(frame, ["jsonrpc"], "2.0"))] : [],
      ),
  },
  {
    name: "drop a required member",
    law: "schema",
    clause: "invalid",
    places: (frames) => misshapen(frames, () => undefined),
  },
  {
    name: "write a list where something else belongs",
    law: "schema",
    clause: "invalid",
    places: (frames) => misshapen(frames, () => [["damaged"]]),
  },
  {
    name: "rename a notification",
    law: "schema",
    clause: "unknown-method",
    places: (frames) =>
      told(frames).map(
        ({ index, recorded, method }) =>
          () =>
            changed(frames, index, withValue(recorded.frame, ["method"], `${method}/damaged`)),
      ),
  },
  rescaled(
    "write milliseconds for seconds",
    "not-seconds",
    "turn/started",
    ["turn", "startedAt"],
    1000,
  ),
  rescaled(
    "write seconds for milliseconds",
    "not-milliseconds",
    "item/started",
    ["item", "startedAtMs"],
    0.001,
  ),
  {
    name: "end a turn before its start",
    law: "times",
    clause: "ends-before-start",
    places: (frames) =>
      told(frames, "turn/completed").flatMap(({ index, recorded, params }) => {
        const startedAt = numberField(params, "turn", "startedAt");
        if (startedAt === undefined) return [];
        const path = ["params", "turn", "completedAt"];
        return [() => changed(frames, index, withValue(recorded.frame, path, startedAt - 60))];
      }),
  },
  {
    name: "write a duration in microseconds",
    law: "times",
    clause: "duration-off",
    places: (frames) =>
      told(frames, "turn/completed").flatMap(({ index, recorded, params }) => {
        const durationMs = numberField(params, "turn", "durationMs");
        if (durationMs === undefined || numberField(params, "turn", "completedAt") === undefined) {
          return [];
        }
        const path = ["params", "turn", "durationMs"];
        const wrong = (durationMs + 6_000) * 1_000;
        return [() => changed(frames, index, withValue(recorded.frame, path, wrong))];
      }),
  },
];

/** Rules that only hold for Fairlead's own codes, which codex happens to use for states. */
export const codeRules: readonly DamageRule[] = [
  recoded("state-error", -32602, /^(thread not found|no rollout found)/),
  recoded("unknown-code", 42, /./),
];

function recoded(clause: string, code: number, text: RegExp): DamageRule {
  return {
    name: `answer with the code ${code}`,
    law: "error-codes",
    clause,
    places: (frames) =>
      answered(frames).flatMap(({ index, recorded }) => {
        const message = stringField(recorded.frame, "error", "message");
        if (message === undefined || !text.test(message)) return [];
        return [() => changed(frames, index, withValue(recorded.frame, ["error", "code"], code))];
      }),
  };
}

function rescaled(
  name: string,
  clause: string,
  method: string,
  path: readonly string[],
  factor: number,
): DamageRule {
  return {
    name,
    law: "times",
    clause,
    places: (frames) =>
      told(frames, method).flatMap(({ index, recorded, params }) => {
        const time = numberField(params, ...path);
        if (time === undefined) return [];
        const wrong = Math.round(time * factor);
        return [
          () => changed(frames, index, withValue(recorded.frame, ["params", ...path], wrong)),
        ];
      }),
  };
}

/** Members whose loss or change the schema of the method minds. */
function misshapen(frames: Frames, next: () => unknown): readonly (() => Damage)[] {
  return told(frames).flatMap((one) => {
    if (!isRecord(one.params)) return [];
    return Object.keys(one.params).flatMap((name) => {
      const frame = withValue(one.recorded.frame, ["params", name], next());
      return isValid(one, field(frame, "params")) ? [] : [() => changed(frames, one.index, frame)];
    });
  });
}

function isValid({ method }: Told, params: unknown): boolean {
  if (isServerNotificationMethod(method)) {
    return notificationSchema(method).safeParse(params).success;
  }
  return !isServerRequestMethod(method) || serverRequestSchema(method).safeParse(params).success;
}
