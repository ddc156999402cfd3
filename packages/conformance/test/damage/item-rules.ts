import { field, stringField, arrayField } from "../../src/read.ts";
import {
  type DamageRule,
  type Frames,
  type Told,
  addedBehind,
  answered,
  at,
  changed,
  doubled,
  leaving,
  liveItems,
  ownThreads,
  shownItems,
  told,
  turnEndOf,
  withValue,
  without,
} from "./damage.ts";

/** Rules against the life, the texts and the ids of items. */
export const itemRules: readonly DamageRule[] = [
  {
    name: "drop item/completed",
    law: "item-life",
    clause: "open-at-turn-end",
    places: (frames) =>
      ownItems(frames, "item/completed").flatMap((one) => {
        const end = turnEndOf(frames, one);
        // Codex itself leaves messages and commands open.
        const mayBeOpen = /agentMessage|commandExecution/.test(typeOf(one));
        if (end === undefined || mayBeOpen || statusOf(end) !== "completed") return [];
        return [() => leaving(without(frames, one.index), end.recorded)];
      }),
  },
  {
    name: "complete an item twice",
    law: "item-life",
    clause: "completed-twice",
    places: (frames) =>
      ownItems(frames, "item/completed").map(
        ({ index, recorded }) =>
          () =>
            doubled(frames, index, recorded),
      ),
  },
  {
    name: "start an item twice",
    law: "item-life",
    clause: "started-twice",
    places: (frames) =>
      ownItems(frames, "item/started").map(
        ({ index, recorded }) =>
          () =>
            doubled(frames, index, recorded),
      ),
  },
  {
    name: "drop item/started of a user's message",
    law: "item-life",
    clause: "completed-without-start",
    places: (frames) =>
      ownItems(frames, "item/started").flatMap((one) => {
        const end = endOf(frames, one);
        if (typeOf(one) !== "userMessage" || end === undefined) return [];
        return [() => leaving(without(frames, one.index), end.recorded)];
      }),
  },
  {
    name: "send a delta after the end of its item",
    law: "item-life",
    clause: "delta-outside-item",
    places: (frames) =>
      streamed(frames).map(
        ({ delta, end }) =>
          () =>
            addedBehind(frames, end.index, { ...delta.recorded }),
      ),
  },
  {
    name: "change the text of a delta",
    law: "item-text",
    clause: "differs",
    places: (frames) =>
      streamed(frames).map(({ delta, end }) => () => {
        const text = `${stringField(delta.params, "delta")} damaged`;
        const frame = withValue(delta.recorded.frame, ["params", "delta"], text);
        return changed(frames, delta.index, frame, end.index);
      }),
  },
  {
    name: "send a delta twice",
    law: "item-text",
    clause: "differs",
    places: (frames) =>
      streamed(frames).map(({ delta, end }) => () => {
        const { frames: copy } = doubled(frames, delta.index, delta.recorded);
        return leaving(copy, end.recorded);
      }),
  },
  {
    name: "drop the deltas of a message",
    law: "item-text",
    clause: "no-deltas",
    places: (frames) =>
      ownItems(frames, "item/completed").flatMap((end) => {
        const id = stringField(end.params, "item", "id");
        const deltas = streamed(frames).filter(({ delta }) => itemOf(delta) === id);
        if (typeOf(end) !== "agentMessage" || deltas.length === 0) return [];
        const indexes = deltas.map(({ delta }) => delta.index);
        return [() => leaving(without(frames, ...indexes), end.recorded)];
      }),
  },
  {
    name: "change an item's id in a read",
    law: "stable-ids",
    clause: "unknown-item",
    places: (frames) =>
      shownLive(frames).map(({ index, frame, path }) => () => {
        return changed(frames, index, withValue(frame, [...path, "id"], "damaged"));
      }),
  },
  {
    name: "change an item's type in a read",
    law: "stable-ids",
    clause: "type-changed",
    places: (frames) =>
      shownLive(frames).map(({ index, frame, path }) => () => {
        return changed(frames, index, withValue(frame, [...path, "type"], "hookPrompt"));
      }),
  },
  {
    name: "leave an item out of a read",
    law: "stable-ids",
    clause: "live-item-missing",
    places: (frames) =>
      shownLive(frames).flatMap(({ index, frame, path }) => {
        const list = path.slice(0, -1);
        const turn = at(frame, list.slice(0, -1));
        const isWhole = stringField(turn, "itemsView") === "full" && path.at(-1) !== "item";
        if (!isWhole) return [];
        const left = arrayField(turn, "items").filter((_, place) => String(place) !== path.at(-1));
        return [() => changed(frames, index, withValue(frame, list, left))];
      }),
  },
];

const textDeltas = [
  "item/agentMessage/delta",
  "item/plan/delta",
  "item/reasoning/summaryTextDelta",
] as const;

/** Deltas of items that complete, with that frame. */
function streamed(frames: Frames): readonly { readonly delta: Told; readonly end: Told }[] {
  const own = ownThreads(frames);
  return told(frames, ...textDeltas).flatMap((delta) => {
    const end = told(frames, "item/completed").find(
      ({ params }) => stringField(params, "item", "id") === itemOf(delta),
    );
    const isOwn = own.has(stringField(delta.params, "threadId") ?? "");
    const hasText = stringField(delta.params, "delta") !== "";
    return end === undefined || !isOwn || !hasText ? [] : [{ delta, end }];
  });
}

/** Items in responses, of turns of which the client saw all, live. */
function shownLive(frames: Frames) {
  const live = liveItems(frames);
  const own = ownThreads(frames);
  return answered(frames, "thread/read", "thread/turns/list", "thread/items/list").flatMap(
    ({ index, recorded: { frame }, request, result }) => {
      if (!own.has(stringField(request.frame, "params", "threadId") ?? "")) return [];
      return shownItems(result)
        .filter((path) => live.has(stringField(at(frame, path), "id") ?? ""))
        .map((path) => ({ index, frame, path }));
    },
  );
}

/** Frames about items of turns that codex runs as it should, on the client's own threads. */
function ownItems(frames: Frames, method: string): readonly Told[] {
  const own = ownThreads(frames);
  return told(frames, method).filter(({ params }) =>
    own.has(stringField(params, "threadId") ?? ""),
  );
}

function endOf(frames: Frames, { params }: Told): Told | undefined {
  const id = stringField(params, "item", "id");
  return told(frames, "item/completed").find((end) => stringField(end.params, "item", "id") === id);
}

function typeOf({ params }: Told): string {
  return stringField(params, "item", "type") ?? "";
}

function itemOf({ params }: Told): string | undefined {
  return stringField(params, "itemId");
}

function statusOf({ params }: Told): unknown {
  return field(params, "turn", "status");
}
