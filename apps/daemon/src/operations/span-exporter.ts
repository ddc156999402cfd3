import { rootMessageOf } from "./message-of.ts";
import type { TraceSettings } from "./trace-settings.ts";

/** Something that took a while. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly events: readonly { readonly name: string; readonly atMs: number }[];
  readonly isError: boolean;
}

/** What became of spans. */
export interface SpanCounts {
  readonly sent: number;
  readonly dropped: number;
  readonly failedExports: number;
}

/** What an exporter needs beside its settings. */
export interface SpanExporterOptions {
  readonly settings: TraceSettings;
  readonly version: string;
  readonly log: (level: "debug" | "warn", message: string) => void;
}

/** Answers after which the same spans are sent again. */
const transient = new Set([408, 429, 502, 503, 504]);

/**
 * Sends spans as OTLP over HTTP, in JSON, some at a time. What cannot be sent now is kept as long as
 * there is room; what does not fit is dropped and counted. Dispose sends what is left, once.
 */
export class SpanExporter implements AsyncDisposable {
  readonly #options: SpanExporterOptions;
  #waiting: Span[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> = Promise.resolve();
  #isFailing = false;
  #counts = { sent: 0, dropped: 0, failedExports: 0 };

  constructor(options: SpanExporterOptions) {
    this.#options = options;
  }

  get counts(): SpanCounts {
    return this.#counts;
  }

  /** Takes a span. Never throws. */
  add(span: Span): void {
    this.#keep([span]);
    const { delayMs, maxBatch } = this.#options.settings;
    if (this.#waiting.length >= maxBatch && !this.#isFailing) this.#schedule(0);
    else this.#schedule(delayMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#sending;
    await this.#flush();
    this.#drop(this.#waiting.splice(0).length);
  }

  #keep(spans: readonly Span[]): void {
    this.#waiting.push(...spans);
    const excess = this.#waiting.length - this.#options.settings.maxQueue;
    if (excess > 0) this.#drop(this.#waiting.splice(-excess).length);
  }

  #drop(count: number): void {
    this.#counts = { ...this.#counts, dropped: this.#counts.dropped + count };
  }

  #schedule(delayMs: number): void {
    if (this.#timer !== null && delayMs > 0) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#sending = this.#sending.then(() => this.#flush());
    }, delayMs);
    // Not a reason to run on.
    this.#timer.unref();
  }

  async #flush(): Promise<void> {
    const { settings, log } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, settings.maxBatch);
      const failure = await this.#send(batch);
      if (failure === null) {
        this.#counts = { ...this.#counts, sent: this.#counts.sent + batch.length };
        this.#isFailing = false;
        continue;
      }
      this.#counts = { ...this.#counts, failedExports: this.#counts.failedExports + 1 };
      if (!this.#isFailing) log("warn", `traces cannot be sent: ${failure.sentence}`);
      this.#isFailing = true;
      if (failure.isTransient) this.#keepFirst(batch);
      else this.#drop(batch.length);
      if (this.#waiting.length > 0) this.#schedule(settings.delayMs);
      return;
    }
  }

  #keepFirst(batch: readonly Span[]): void {
    const later = this.#waiting;
    this.#waiting = [...batch];
    this.#keep(later);
  }

  async #send(
    spans: readonly Span[],
  ): Promise<{ readonly sentence: string; readonly isTransient: boolean } | null> {
    const { url, headers, timeoutMs } = this.#options.settings;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(this.#request(spans)),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: "error",
      });
      await response.body?.cancel();
      if (response.ok) return null;
      const sentence = `${new URL(url).origin} answers ${response.status}`;
      return { sentence, isTransient: transient.has(response.status) };
    } catch (error) {
      const sentence = `${new URL(url).origin}: ${rootMessageOf(error)}`;
      return { sentence, isTransient: true };
    }
  }

  #request(spans: readonly Span[]): unknown {
    const { settings, version } = this.#options;
    const resource = { "service.version": version, ...settings.resource };
    return {
      resourceSpans: [
        {
          resource: { attributes: attributesOf(resource) },
          scopeSpans: [{ scope: { name: "fairlead", version }, spans: spans.map(wireSpan) }],
        },
      ],
    };
  }
}

/** Numbers of the protocol: a span of kind `internal`; a status `error`, or none. */
const internal = 1;
const error = 2;

function wireSpan(span: Span): unknown {
  const { traceId, spanId, name, startMs, endMs, attributes, events, isError } = span;
  return {
    traceId,
    spanId,
    name,
    kind: internal,
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf(attributes),
    events: events.map((event) => ({ name: event.name, timeUnixNano: nanoseconds(event.atMs) })),
    status: isError ? { code: error } : {},
  };
}

function attributesOf(values: Readonly<Record<string, string | number>>): unknown[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { doubleValue: value },
  }));
}

/** 64 bits do not fit into a number. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
