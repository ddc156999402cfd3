import { field, stringField } from "../../src/read.ts";
import {
  type DamageRule,
  type Frames,
  type Told,
  addedBehind,
  doubled,
  leaving,
  told,
  turnEndOf,
  without,
} from "./damage.ts";

/** Rules against the requests of the server. */
export const askRules: readonly DamageRule[] = [
  {
    name: "ask before the item starts",
    law: "server-request",
    clause: "item-not-open",
    places: (frames) =>
      asks(frames).flatMap((ask) => {
        const start = told(frames, "item/started").find(
          ({ params }) => stringField(params, "item", "id") === stringField(ask.params, "itemId"),
        );
        if (start === undefined || !ask.method.endsWith("/requestApproval")) return [];
        const rest = without(frames, ask.index);
        return [() => leaving(rest.toSpliced(start.index, 0, ask.recorded), ask.recorded)];
      }),
  },
  {
    name: "ask twice",
    law: "server-request",
    clause: "asked-twice",
    places: (frames) =>
      asks(frames).map(
        ({ index, recorded }) =>
          () =>
            doubled(frames, index, recorded),
      ),
  },
  {
    name: "use the id of an open request again",
    law: "server-request",
    clause: "id-reused",
    places: (frames) =>
      asks(frames).map(({ index, recorded, method, params }) => () => {
        const { threadId, turnId } = { threadId: field(params, "threadId"), turnId: "other" };
        const frame = { id: field(recorded.frame, "id"), method, params: { threadId, turnId } };
        return addedBehind(frames, index, { dir: "recv", frame });
      }),
  },
  {
    name: "answer a request of the server twice",
    law: "server-request",
    clause: "answered-twice",
    places: (frames) =>
      asks(frames).flatMap((ask) => {
        const index = frames.findIndex(
          ({ dir, frame }, at) =>
            at > ask.index &&
            dir === "send" &&
            field(frame, "method") === undefined &&
            field(frame, "id") === field(ask.recorded.frame, "id"),
        );
        const answer = frames[index];
        return answer === undefined ? [] : [() => doubled(frames, index, answer)];
      }),
  },
  {
    name: "resolve what nobody asked",
    law: "server-request",
    clause: "resolved-without-request",
    places: (frames) =>
      told(frames, "turn/started").map(({ index, params }) => () => {
        const about = { threadId: field(params, "threadId"), requestId: "damaged" };
        const frame = { method: "serverRequest/resolved", params: about };
        return addedBehind(frames, index, { dir: "recv", frame });
      }),
  },
  {
    name: "resolve twice",
    law: "server-request",
    clause: "resolved-twice",
    places: (frames) =>
      told(frames, "serverRequest/resolved").map(
        ({ index, recorded }) =>
          () =>
            doubled(frames, index, recorded),
      ),
  },
  {
    name: "never resolve",
    law: "server-request",
    clause: "never-resolved",
    places: (frames) =>
      resolved(frames).map(
        ({ ask, end }) =>
          () =>
            leaving(without(frames, end.index), ask.recorded),
      ),
  },
  {
    name: "resolve only after the turn",
    law: "server-request",
    clause: "unresolved-at-turn-end",
    places: (frames) =>
      resolved(frames).flatMap(({ ask, end }) => {
        const turn = turnEndOf(frames, ask);
        // Codex itself resolves after a turn that was interrupted.
        const isCodexOwn = stringField(turn?.params, "turn", "status") === "interrupted";
        if (turn === undefined || turn.index < end.index || isCodexOwn) return [];
        const rest = without(frames, end.index);
        return [() => leaving(rest.toSpliced(turn.index, 0, end.recorded), turn.recorded)];
      }),
  },
];

/** Requests of the server about a thread. */
function asks(frames: Frames): readonly Told[] {
  return told(frames).filter(
    ({ recorded, params }) =>
      field(recorded.frame, "id") !== undefined && field(params, "threadId") !== undefined,
  );
}

function resolved(frames: Frames): readonly { readonly ask: Told; readonly end: Told }[] {
  return asks(frames).flatMap((ask) => {
    const end = told(frames, "serverRequest/resolved").find(
      ({ params }) => field(params, "requestId") === field(ask.recorded.frame, "id"),
    );
    return end === undefined ? [] : [{ ask, end }];
  });
}
