import { field, stringField } from "../../src/read.ts";
import {
  type DamageRule,
  type Frames,
  type Told,
  answered,
  changed,
  doubled,
  leaving,
  ownThreads,
  told,
  withValue,
  without,
} from "./damage.ts";

/** Rules against the life of turns and against steering. */
export const turnRules: readonly DamageRule[] = [
  {
    name: "drop the last turn/completed",
    law: "turn-once",
    clause: "never-completed",
    places: (frames) => {
      const last = turns(frames).at(-1);
      if (last === undefined) return [];
      return [() => leaving(without(frames, last.end.index), last.start.recorded)];
    },
  },
  {
    name: "complete a turn twice",
    law: "turn-once",
    clause: "completed-twice",
    places: (frames) =>
      turns(frames).map(
        ({ end }) =>
          () =>
            doubled(frames, end.index, end.recorded),
      ),
  },
  {
    name: "start a turn twice",
    law: "turn-once",
    clause: "started-twice",
    places: (frames) =>
      turns(frames).map(
        ({ start }) =>
          () =>
            doubled(frames, start.index, start.recorded),
      ),
  },
  {
    name: "drop turn/started",
    law: "turn-once",
    clause: "completed-without-start",
    places: (frames) =>
      turns(frames).map(
        ({ start, end }) =>
          () =>
            leaving(without(frames, start.index), end.recorded),
      ),
  },
  {
    name: "complete a turn before the thread is idle",
    law: "turn-end",
    clause: "not-idle-before",
    places: (frames) =>
      turns(frames).flatMap(({ end }) => {
        if (statusOf(end) === "failed") return [];
        const idle = statusBefore(frames, end, "idle");
        return idle === undefined ? [] : [() => leaving(without(frames, idle.index), end.recorded)];
      }),
  },
  {
    name: "fail without the status systemError",
    law: "turn-end",
    clause: "failed-unannounced",
    places: (frames) =>
      turns(frames).flatMap(({ end }) => {
        if (statusOf(end) !== "failed") return [];
        const status = statusBefore(frames, end, "systemError");
        return status === undefined
          ? []
          : [() => leaving(without(frames, status.index), end.recorded)];
      }),
  },
  {
    name: "announce another try before giving up",
    law: "turn-end",
    clause: "failed-unannounced",
    places: (frames) =>
      told(frames, "error").flatMap(({ index, recorded, params }) => {
        if (field(params, "willRetry") !== false) return [];
        const end = turns(frames).find(
          (one) => stringField(one.end.params, "turn", "id") === stringField(params, "turnId"),
        );
        if (end === undefined || statusOf(end.end) !== "failed") return [];
        const frame = withValue(recorded.frame, ["params", "willRetry"], true);
        return [() => changed(frames, index, frame, end.end.index)];
      }),
  },
  {
    name: "answer turn/steer with another turn",
    law: "steer",
    clause: "other-turn",
    places: (frames) =>
      answered(frames, "turn/steer")
        .filter(({ result }) => stringField(result, "turnId") !== undefined)
        .map(
          ({ index, recorded }) =>
            () =>
              changed(frames, index, withValue(recorded.frame, ["result", "turnId"], "damaged")),
        ),
  },
  {
    name: "answer turn/start during a turn with another turn",
    law: "steer",
    clause: "other-turn",
    places: (frames) =>
      answered(frames, "turn/start").flatMap(({ index, recorded, requestIndex, result }) => {
        const id = stringField(result, "turn", "id");
        const runs = turns(frames).some(
          ({ start, end }) =>
            stringField(start.params, "turn", "id") === id &&
            start.index < requestIndex &&
            index < end.index,
        );
        const path = ["result", "turn", "id"];
        return runs
          ? [() => changed(frames, index, withValue(recorded.frame, path, "damaged"))]
          : [];
      }),
  },
];

interface WholeTurn {
  readonly start: Told;
  readonly end: Told;
}

/** The turns of the client's own threads that started and completed. */
function turns(frames: Frames): readonly WholeTurn[] {
  const own = ownThreads(frames);
  return told(frames, "turn/started").flatMap((start) => {
    const id = stringField(start.params, "turn", "id");
    const end = told(frames, "turn/completed").find(
      ({ params }) => stringField(params, "turn", "id") === id,
    );
    const isOwn = own.has(stringField(start.params, "threadId") ?? "");
    return end === undefined || !isOwn ? [] : [{ start, end }];
  });
}

function statusOf({ params }: Told): string | undefined {
  return stringField(params, "turn", "status");
}

/** The status of the thread that was told last before the end of its turn, when it is this one. */
function statusBefore(frames: Frames, end: Told, type: string): Told | undefined {
  const threadId = stringField(end.params, "threadId");
  const last = told(frames, "thread/status/changed").findLast(
    ({ index, params }) => index < end.index && stringField(params, "threadId") === threadId,
  );
  return stringField(last?.params, "status", "type") === type ? last : undefined;
}
