import { expect, test } from "vitest";
import { Phone } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage } from "./stage.ts";

const dayMs = 86_400_000;

test.each([dayMs, -dayMs])(
  "a clock that is set %i ms on costs no client its session",
  async (jumpMs) => {
    let nowMs = 1_700_000_000_000;
    await using here = stage([new ScriptedAgent("claude")], {}, () => nowMs);
    const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
    const threadId = await phone.startThread();
    phone.drop();
    nowMs += jumpMs;
    expect(phone.connect()?.attached).toBe("resumed");
    nowMs -= jumpMs;
    const { data } = await phone.request("thread/loaded/list", {});
    expect(data).toContain(threadId);
  },
);

test("of too many clients that are away the one that went first ends, whatever the clock said then", async () => {
  let nowMs = 1_700_000_000_000;
  await using here = stage([new ScriptedAgent("claude")], {}, () => nowMs);
  const phones: Phone[] = [];
  const options = { endpoint: "claude", name: "phone" };
  for (let count = 0; count < 4; count += 1) {
    const phone = await Phone.begin(here.gateway, options);
    phones.push(phone);
    phone.drop();
    await phone.lastClose;
    nowMs -= dayMs;
  }
  await Phone.begin(here.gateway, options);
  expect(phones.map((phone) => phone.connect()?.attached)).toEqual([
    "drift",
    "resumed",
    "resumed",
    "resumed",
  ]);
});

test("numbers of frames rise over a restart, though the clock was set back a day", async () => {
  let nowMs = 1_700_000_000_000;
  await using here = stage([new ScriptedAgent("claude")], {}, () => nowMs);
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  await phone.startThread();
  const before = phone.cursor ?? 0;
  phone.drop();
  nowMs -= dayMs;
  const anew = here.reborn([new ScriptedAgent("claude")]);
  const back = new Phone(anew, { endpoint: "claude", name: "phone" });
  expect(back.connect(before)?.attached).toBe("drift");
  expect(back.cursor).toBeGreaterThan(before);
});
