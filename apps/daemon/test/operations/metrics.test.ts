import { expect, test } from "vitest";
import { MetricRegistry } from "../../src/operations/registry.ts";
import { Phone, prompt } from "../gateway/phone.ts";
import { readExposition, type ReadSample } from "./exposition.ts";
import { token, type WatchedGateway, watchedGateway } from "./watched-gateway.ts";

async function scrape(here: WatchedGateway): Promise<readonly ReadSample[]> {
  const answer = await here.get("/metrics", { authorization: `Bearer ${token}` });
  expect(answer).toMatchObject({ status: 200 });
  return readExposition(answer?.body ?? "");
}

function valueOf(
  samples: readonly ReadSample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels);
  return samples.find(
    (one) => one.name === name && wanted.every(([label, value]) => one.labels[label] === value),
  )?.value;
}

test("a turn and its approval are counted while they last and when they are over", async () => {
  await using here = await watchedGateway();
  expect(valueOf(await scrape(here), "fairlead_sessions")).toBeUndefined();
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, "go"));
  const thread = await here.agent.threads.next();
  const asked = await thread.prompts.next();
  thread.askToRun();
  const { id } = await phone.heard("item/commandExecution/requestApproval");
  const during = await scrape(here);
  const agent = "claude";
  expect(valueOf(during, "fairlead_build_info", { version: "1.2.3" })).toBe(1);
  const session = { endpoint: "claude", connected: "true" };
  expect(valueOf(during, "fairlead_sessions", session)).toBe(1);
  expect(valueOf(during, "fairlead_turns_running", { agent })).toBe(1);
  expect(valueOf(during, "fairlead_approvals_pending", { agent })).toBe(1);
  expect(valueOf(during, "fairlead_ring_frames")).toBeGreaterThan(2);
  expect(valueOf(during, "fairlead_ring_bytes")).toBeGreaterThan(200);
  expect(valueOf(during, "process_resident_memory_bytes")).toBeGreaterThan(1e7);

  phone.sendFrame({ id, result: { decision: "accept" } });
  await thread.answers.next();
  thread.emit({ op: "close", key: "c" });
  thread.reply(asked, "the words of an agent");
  await phone.heard("turn/completed");
  const after = await scrape(here);
  expect(valueOf(after, "fairlead_turns_running", { agent })).toBeUndefined();
  expect(valueOf(after, "fairlead_approvals_pending", { agent })).toBeUndefined();
  const completed = { agent, outcome: "completed" };
  expect(valueOf(after, "fairlead_turns_total", completed)).toBe(1);
  expect(valueOf(after, "fairlead_first_delta_seconds_count", { agent })).toBe(1);
  expect(valueOf(after, "fairlead_first_delta_seconds_bucket", { agent, le: "60" })).toBe(1);
  expect(valueOf(after, "fairlead_attachments_total", { outcome: "fresh" })).toBe(1);
  const { body } = (await here.get("/metrics", { remoteAddress: "" })) ?? {};
  expect(body).not.toContain("the words of an agent");
  expect(body).not.toContain(threadId);
});

test("what happens to agents, frames and requests is counted", async () => {
  await using here = await watchedGateway();
  const [observer] = here.monitoring.observers;
  observer?.framesDropped?.(3);
  observer?.framesDropped?.(4);
  observer?.agentLost?.("claude", "it crashed");
  const samples = await scrape(here);
  expect(valueOf(samples, "fairlead_frames_dropped_total")).toBe(7);
  expect(valueOf(samples, "fairlead_agent_restarts_total", { agent: "claude" })).toBe(1);
  expect(valueOf(samples, "fairlead_requests_refused_total")).toBe(0);
});

test("labels are escaped, and no metric has more than a hundred and one series", () => {
  const registry = new MetricRegistry();
  const counter = registry.counter({ name: "c_total", help: "A\nhelp \\ text.", labels: ["of"] });
  const strange = 'a "quoted" \\ name\nin two lines, {odd} = 1';
  counter.add([strange], 2);
  for (let index = 0; index < 500; index += 1) counter.add([`name ${index}`]);
  counter.add([strange], 0.5);
  const samples = readExposition(registry.text());
  expect(samples).toHaveLength(101);
  expect(samples[0]).toEqual({ name: "c_total", labels: { of: strange }, value: 2.5 });
  expect(samples.at(-1)).toEqual({ name: "c_total", labels: { of: "other" }, value: 401 });
});

test("a histogram counts every value in each bucket it fits", () => {
  const registry = new MetricRegistry();
  const histogram = registry.histogram({ name: "h", help: "Values." }, [0.1, 1, 10]);
  for (const value of [0.05, 0.1, 0.5, 5, 50]) histogram.observe([], value);
  expect(readExposition(registry.text()).map(({ labels, value }) => [labels["le"], value])).toEqual(
    [
      ["0.1", 2],
      ["1", 3],
      ["10", 4],
      ["+Inf", 5],
      [undefined, 55.65],
      [undefined, 5],
    ],
  );
});
