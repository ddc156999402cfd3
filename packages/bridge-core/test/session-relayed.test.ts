import { expect, it } from "vitest";
import { defaultSessionLimits, memoryEpochs, relayedFrame, SessionBook } from "../src/session.ts";
import type { Session, SessionLink } from "../src/session.ts";

/** A book without a clock, and what its sessions' ends were told. */
function book(): { readonly sessions: SessionBook; readonly ends: (Session | null)[] } {
  const ends: (Session | null)[] = [];
  let minted = 0;
  const sessions = new SessionBook({
    epochs: memoryEpochs(() => Date.UTC(2026, 0, 1)),
    limits: { ...defaultSessionLimits, ringFrames: 4 },
    idleMs: 60_000,
    now: () => 0,
    mint: () => {
      minted += 1;
      return `session-${minted}`;
    },
    onEnd: (_session, successor) => void ends.push(successor),
  });
  return { sessions, ends };
}

/** A connection that keeps what it is given. */
function keeping(held = 0): SessionLink & { readonly frames: unknown[] } {
  const frames: unknown[] = [];
  return {
    frames,
    send(text) {
      frames.push(JSON.parse(text));
      return held;
    },
    close() {},
  };
}

const delta = (text: string): string =>
  JSON.stringify({
    method: "item/agentMessage/delta",
    params: { threadId: "t", turnId: "u", itemId: "i", delta: text },
    emittedAtMs: 5,
  });

it("relayed deltas are joined where their client is behind, and go on as they are where it is not", () => {
  using sessions = book().sessions;
  const { session, notice } = sessions.find({ device: "phone", cursor: null });
  const near = keeping();
  session.attach(near, notice.seq);
  session.deliver(relayedFrame("item/agentMessage/delta", delta("one ")));
  session.detach(near);
  session.deliver(relayedFrame("item/agentMessage/delta", delta("two ")));
  session.deliver(relayedFrame("item/agentMessage/delta", delta("three")));
  session.deliver(relayedFrame("vendor/unknown", `{"method":"vendor/unknown","more":1}`));
  const back = keeping();
  session.attach(back, notice.seq + 1);
  expect([...near.frames, ...back.frames]).toMatchObject([
    { params: { delta: "one " }, emittedAtMs: 5, _alleycat_seq: notice.seq + 1 },
    { params: { itemId: "i", delta: "two three" }, emittedAtMs: 5, _alleycat_seq: notice.seq + 2 },
    { method: "vendor/unknown", more: 1, _alleycat_seq: notice.seq + 3 },
  ]);
});

it("an answer is passed on in the order of the client's frames, once, and a withdrawal as none", () => {
  using sessions = book().sessions;
  const session = sessions.anonymous();
  session.attach(keeping(), 0);
  const heard: unknown[] = [];
  session.put("a:1", `{"id":"a:1","method":"ask"}`, (answer) => void heard.push(answer));
  session.put("a:2", `{"id":"a:2","method":"ask"}`, (answer) => void heard.push(answer));
  session.answered("a:1", { type: "result", result: 1 });
  heard.push("next frame");
  session.answered("a:1", { type: "result", result: 2 });
  session.withdraw("a:2");
  session.answered("a:2", { type: "result", result: 3 });
  expect(heard).toEqual([{ type: "result", result: 1 }, "next frame", null]);
});

it("a session that cannot be resumed ends for the one its client gets instead", () => {
  const { sessions, ends } = book();
  const { session, notice } = sessions.find({ device: "phone", cursor: null });
  const near = keeping();
  session.attach(near, notice.seq);
  session.detach(near);
  for (let count = 0; count < 9; count += 1) session.deliver(relayedFrame("m", `{"method":"m"}`));
  const found = sessions.find({ device: "phone", cursor: notice.seq });
  expect(found.notice.attached).toBe("drift");
  expect(ends).toEqual([found.session]);
  sessions[Symbol.dispose]();
  expect(ends).toEqual([found.session, null]);
});
