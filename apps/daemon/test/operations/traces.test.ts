import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type Span, SpanExporter } from "../../src/operations/span-exporter.ts";
import { traceSettings, type TraceSettings } from "../../src/operations/trace-settings.ts";
import { Mailbox } from "../../../../packages/bridge-core/test/support/mailbox.ts";
import { Phone, prompt } from "../gateway/phone.ts";
import { readExposition } from "./exposition.ts";
import { watchedGateway } from "./watched-gateway.ts";

const Attributes = z
  .array(
    z.strictObject({
      key: z.string(),
      value: z.union([
        z.strictObject({ stringValue: z.string() }),
        z.strictObject({ doubleValue: z.number() }),
      ]),
    }),
  )
  .transform((all) =>
    Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]])),
  );
const nano = z.string().regex(/^\d{19}$/u);
const WireSpan = z.strictObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/u),
  spanId: z.string().regex(/^[0-9a-f]{16}$/u),
  name: z.string(),
  kind: z.literal(1),
  startTimeUnixNano: nano,
  endTimeUnixNano: nano,
  attributes: Attributes,
  events: z.array(z.strictObject({ name: z.string(), timeUnixNano: nano })),
  status: z.strictObject({ code: z.literal(2).optional() }),
});
const Export = z.strictObject({
  resourceSpans: z.tuple([
    z.strictObject({
      resource: z.strictObject({ attributes: Attributes }),
      scopeSpans: z.tuple([
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          spans: z.array(WireSpan),
        }),
      ]),
    }),
  ]),
});

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly export: z.infer<typeof Export>;
}

let receiver: Server;
let endpoint: string;
let received: Mailbox<Received>;
/** Answers in turn, then 200. */
let answers: number[];

beforeEach(async () => {
  received = new Mailbox();
  answers = [];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      response.writeHead(answers.shift() ?? 200, { "content-type": "application/json" }).end("{}");
      const { url = "", headers } = request;
      received.put({ url, headers, text, export: Export.parse(JSON.parse(text)) });
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const address = receiver.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await once(receiver, "close");
});

const spansOf = ({ export: { resourceSpans } }: Received): z.infer<typeof WireSpan>[] =>
  resourceSpans[0].scopeSpans[0].spans;

test("a turn becomes a span with its agent, outcome and first delta, without a word of it", async () => {
  await using here = await watchedGateway({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20secret,x-other=1",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=desk,broken",
    OTEL_SERVICE_NAME: "my-fairlead",
    OTEL_BSP_SCHEDULE_DELAY: "1",
  });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude" });
  const threadId = await phone.startThread();
  await phone.request("turn/start", prompt(threadId, "a secret question"));
  const thread = await here.agent.threads.next();
  thread.reply(await thread.prompts.next(), "a secret answer");
  await phone.heard("turn/completed");
  const got = await received.next();
  expect(got.url).toBe("/v1/traces");
  expect(got.headers).toMatchObject({ "x-key": "a secret", "x-other": "1" });
  expect(got.headers["content-type"]).toBe("application/json");
  expect(got.export.resourceSpans[0].resource.attributes).toEqual({
    "service.name": "my-fairlead",
    "service.version": "1.2.3",
    "deployment.environment": "desk",
  });
  const [span, ...others] = spansOf(got);
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    name: "turn claude",
    events: [{ name: "first delta" }],
    status: {},
  });
  expect(span?.attributes).toMatchObject({
    "gen_ai.agent.name": "claude",
    "gen_ai.conversation.id": threadId,
    "fairlead.turn.outcome": "completed",
    "fairlead.first_delta_seconds": expect.any(Number),
  });
  expect(Number(span?.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(span?.startTimeUnixNano));
  expect(got.text).not.toContain("a secret ");
  const { body = "" } = (await here.get("/metrics", { remoteAddress: "" })) ?? {};
  expect(readExposition(body)).toContainEqual({
    name: "fairlead_span_export_failures_total",
    labels: {},
    value: 0,
  });
});

test("without the variables nothing is sent, and what cannot be done is said", async () => {
  await using silent = await watchedGateway();
  expect(silent.monitoring.observers).toHaveLength(1);
  await using refused = await watchedGateway({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  });
  expect(refused.monitoring.problems).toEqual([
    expect.stringContaining("set OTEL_EXPORTER_OTLP_PROTOCOL=http/json"),
  ]);
  expect(refused.logged).toEqual(refused.monitoring.problems);
});

function exporter(changes: Partial<TraceSettings> = {}) {
  const logged: string[] = [];
  const settings = {
    url: `${endpoint}/v1/traces`,
    headers: {},
    timeoutMs: 5000,
    resource: { "service.name": "test" },
    ratio: 1,
    delayMs: 1,
    maxQueue: 10,
    maxBatch: 4,
    ...changes,
  };
  const log = (_level: string, message: string): void => void logged.push(message);
  return { logged, spans: new SpanExporter({ settings, version: "1", log }) };
}

function span(name: string): Span {
  return {
    traceId: "a".repeat(32),
    spanId: "b".repeat(16),
    name,
    startMs: 1_750_000_000_000,
    endMs: 1_750_000_001_000.5,
    attributes: {},
    events: [],
    isError: true,
  };
}

test("what a receiver cannot take now is sent again, in order, and told once", async () => {
  answers = [503, 429];
  const { spans, logged } = exporter();
  for (let index = 0; index < 6; index += 1) spans.add(span(`s${index}`));
  const names: string[] = [];
  while (names.length < 6 + 8)
    names.push(...spansOf(await received.next()).map(({ name }) => name));
  expect(names.slice(-6)).toEqual(["s0", "s1", "s2", "s3", "s4", "s5"]);
  await spans[Symbol.asyncDispose]();
  expect(spans.counts).toEqual({ sent: 6, dropped: 0, failedExports: 2 });
  expect(logged).toEqual([`traces cannot be sent: ${endpoint} answers 503`]);
});

test("what a receiver refuses is dropped; so is what does not fit any more", async () => {
  answers = [400];
  const { spans } = exporter({ delayMs: 100_000, maxBatch: 100 });
  for (let index = 0; index < 15; index += 1) spans.add(span(`s${index}`));
  await spans[Symbol.asyncDispose]();
  expect(spansOf(await received.next())).toHaveLength(10);
  expect(spans.counts).toEqual({ sent: 0, dropped: 15, failedExports: 1 });
});

test("a receiver that is not there holds no end up, and its secrets are not logged", async () => {
  const url = "http://127.0.0.1:1/v1/secret";
  const { spans, logged } = exporter({ url, delayMs: 100_000, headers: { key: "secret" } });
  spans.add(span("lost"));
  await spans[Symbol.asyncDispose]();
  expect(spans.counts).toEqual({ sent: 0, dropped: 1, failedExports: 1 });
  expect(logged).toEqual([expect.stringContaining("traces cannot be sent: http://127.0.0.1:1")]);
  expect(logged.join()).not.toContain("secret");
});

test.each<[Record<string, string>, unknown]>([
  [{}, null],
  [{ OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: "http://h:1" }, null],
  [{ OTEL_SDK_DISABLED: "TRUE", OTEL_EXPORTER_OTLP_ENDPOINT: "http://h:1" }, null],
  [{ OTEL_TRACES_EXPORTER: "otlp" }, { url: "http://localhost:4318/v1/traces" }],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://h/x", OTEL_EXPORTER_OTLP_ENDPOINT: "http://h" },
    { url: "https://h/x" },
  ],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://h",
      OTEL_RESOURCE_ATTRIBUTES: "service.name=a,b=c%2Cd",
      OTEL_EXPORTER_OTLP_TIMEOUT: "250",
      OTEL_BSP_MAX_QUEUE_SIZE: "nonsense",
    },
    { resource: { "service.name": "a", b: "c,d" }, timeoutMs: 250, maxQueue: 2048 },
  ],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://h",
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    },
    { ratio: 0.25 },
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:a%20word@h:1" },
    { url: "http://h:1/v1/traces", headers: { authorization: "Basic bWU6YSB3b3Jk" } },
  ],
  [{ OTEL_TRACES_EXPORTER: "zipkin" }, { problem: expect.stringContaining("use otlp or none") }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "h:4318" }, { problem: expect.stringContaining("is no URL") }],
])("%j", (variables, settings) => {
  const found = { settings: traceSettings(variables) };
  expect(found).toMatchObject({ settings });
});
