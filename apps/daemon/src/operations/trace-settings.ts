/** Where and how traces are sent, as the standard variables of OpenTelemetry say. */
export interface TraceSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What tells this daemon apart; `service.name` is always there. */
  readonly resource: Readonly<Record<string, string>>;
  /** Share of the turns that are told, 0 to 1. */
  readonly ratio: number;
  /** Time spans are gathered before they are sent. */
  readonly delayMs: number;
  /** Spans that wait at most; more are dropped and counted. */
  readonly maxQueue: number;
  readonly maxBatch: number;
}

/** The settings; null when no traces are wanted; or why they cannot be had, a sentence. */
export type WantedTraces = TraceSettings | { readonly problem: string } | null;

type Variables = Readonly<Record<string, string | undefined>>;

const defaultEndpoint = "http://localhost:4318";

/**
 * Reads `OTEL_TRACES_EXPORTER`, `OTEL_EXPORTER_OTLP_*`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
 * `OTEL_TRACES_SAMPLER`, `OTEL_BSP_*` and `OTEL_SDK_DISABLED`. Traces are wanted when an endpoint or an
 * exporter is named.
 */
export function traceSettings(variables: Variables): WantedTraces {
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined;
  const otlp = (name: string): string | undefined =>
    read(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? read(`OTEL_EXPORTER_OTLP_${name}`);
  if (read("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return null;
  const exporters = (read("OTEL_TRACES_EXPORTER") ?? "").split(",").map((name) => name.trim());
  const endpoint = otlp("ENDPOINT");
  const isNamed = exporters.some((name) => name !== "");
  if (exporters.includes("none") || (!isNamed && endpoint === undefined)) return null;
  if (isNamed && !exporters.includes("otlp")) {
    return { problem: `OTEL_TRACES_EXPORTER=${exporters.join(",")}: use otlp or none` };
  }
  const protocol = otlp("PROTOCOL");
  if (protocol === "grpc") {
    return {
      problem: "OTLP over gRPC is not spoken here: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json",
    };
  }
  const url =
    read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ??
    `${(read("OTEL_EXPORTER_OTLP_ENDPOINT") ?? defaultEndpoint).replace(/\/$/u, "")}/v1/traces`;
  if (!/^https?:\/\/[^/]/u.test(url) || !URL.canParse(url)) {
    // Not shown: it may hold a password.
    return { problem: "OTEL_EXPORTER_OTLP_ENDPOINT is no URL: write http://HOST:4318" };
  }
  const address = withoutCredentials(url);
  const ratio = ratioOf(read("OTEL_TRACES_SAMPLER"), read("OTEL_TRACES_SAMPLER_ARG"));
  if (ratio === null) {
    return { problem: "OTEL_TRACES_SAMPLER: use always_on, always_off or traceidratio" };
  }
  const attributes = pairs(read("OTEL_RESOURCE_ATTRIBUTES"));
  const name = read("OTEL_SERVICE_NAME") ?? attributes["service.name"] ?? "fairlead";
  return {
    url: address.url,
    headers: {
      ...address.headers,
      ...pairs(read("OTEL_EXPORTER_OTLP_HEADERS")),
      ...pairs(otlp("HEADERS")),
    },
    timeoutMs: whole(otlp("TIMEOUT"), 10_000),
    resource: { ...attributes, "service.name": name },
    ratio,
    delayMs: whole(read("OTEL_BSP_SCHEDULE_DELAY"), 5000),
    maxQueue: whole(read("OTEL_BSP_MAX_QUEUE_SIZE"), 2048),
    maxBatch: whole(read("OTEL_BSP_MAX_EXPORT_BATCH_SIZE"), 512),
  };
}

function ratioOf(sampler: string | undefined, argument: string | undefined): number | null {
  switch (sampler?.replace(/^parentbased_/u, "")) {
    case undefined:
    case "always_on":
      return 1;
    case "always_off":
      return 0;
    case "traceidratio": {
      const ratio = Number(argument ?? 1);
      return ratio >= 0 && ratio <= 1 ? ratio : 1;
    }
    default:
      return null;
  }
}

/** Requests take no credentials in their URL. */
function withoutCredentials(url: string): Pick<TraceSettings, "url" | "headers"> {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (username === "" && password === "") return { url, headers: {} };
  parsed.username = "";
  parsed.password = "";
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64");
  return { url: parsed.href, headers: { authorization: `Basic ${credentials}` } };
}

/** `a=1,b=x%20y`. What is no pair is left out. */
function pairs(text: string | undefined): Record<string, string> {
  const found = (text ?? "").split(",").flatMap((pair): [string, string][] => {
    const split = pair.indexOf("=");
    if (split < 1) return [];
    return [[decoded(pair.slice(0, split).trim()), decoded(pair.slice(split + 1).trim())]];
  });
  return Object.fromEntries(found);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function whole(text: string | undefined, standard: number): number {
  const value = Number(text ?? "");
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : standard;
}
