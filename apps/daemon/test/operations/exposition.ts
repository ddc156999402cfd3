/** A sample of a metric: its labels and its value. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const nameRule = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const labelRule = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"';
const sampleLine = new RegExp(
  `^(${nameRule})(?:\\{(${labelRule}(?:,${labelRule})*)\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|\\+Inf)$`,
  "u",
);
const types = new Set(["counter", "gauge", "histogram"]);

/**
 * Reads Prometheus' text format 0.0.4 and throws at whatever a scraper would refuse: lines of no
 * form, samples outside the block of their metric, series that come twice, histograms that fall.
 */
export function readExposition(text: string): readonly ReadSample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const samples: ReadSample[] = [];
  const seen = new Set<string>();
  const announced = new Set<string>();
  let metric = { name: "", type: "" };
  for (const line of text.slice(0, -1).split("\n")) {
    const help = new RegExp(`^# HELP (${nameRule}) \\S.*$`, "u").exec(line);
    const type = new RegExp(`^# TYPE (${nameRule}) (\\w+)$`, "u").exec(line);
    if (help?.[1] !== undefined) {
      if (announced.has(help[1])) throw new Error(`${help[1]} comes twice`);
      announced.add(help[1]);
      metric = { name: help[1], type: "" };
    } else if (type !== null) {
      if (type[1] !== metric.name || metric.type !== "") throw new Error(`misplaced: ${line}`);
      if (!types.has(type[2] ?? "")) throw new Error(`unknown type: ${line}`);
      metric = { name: metric.name, type: type[2] ?? "" };
    } else {
      const sample = readSample(line);
      const suffixes = metric.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!suffixes.some((suffix) => sample.name === `${metric.name}${suffix}`))
        throw new Error(`${line} is not of ${metric.name}`);
      if (metric.type === "counter" && !metric.name.endsWith("_total"))
        throw new Error(`the counter ${metric.name} is not called so`);
      const series = JSON.stringify([sample.name, sample.labels]);
      if (seen.has(series)) throw new Error(`${line} comes twice`);
      seen.add(series);
      samples.push(sample);
    }
  }
  requireRising(samples);
  return samples;
}

function readSample(line: string): ReadSample {
  const found = sampleLine.exec(line);
  const [, name = "", labels = ""] = found ?? [];
  if (found === null) throw new Error(`no sample: ${line}`);
  const value = line.slice(line.lastIndexOf(" ") + 1);
  const pairs = [...labels.matchAll(new RegExp(labelRule, "gu"))].map(([, key = "", text = ""]) => [
    key,
    text.replaceAll(/\\(.)/gu, (_whole, one: string) => (one === "n" ? "\n" : one)),
  ]);
  return {
    name,
    labels: Object.fromEntries(pairs),
    value: value === "+Inf" ? Infinity : Number(value),
  };
}

function requireRising(samples: readonly ReadSample[]): void {
  const last = new Map<string, { readonly bound: number; readonly value: number }>();
  for (const { name, labels, value } of samples) {
    const { le, ...others } = labels;
    if (le === undefined) continue;
    const bound = le === "+Inf" ? Infinity : Number(le);
    const key = JSON.stringify([name, others]);
    const before = last.get(key) ?? { bound: -Infinity, value: 0 };
    if (bound <= before.bound || value < before.value) throw new Error(`${name} falls at ${le}`);
    last.set(key, { bound, value });
  }
  for (const [key, { bound }] of last) if (bound !== Infinity) throw new Error(`${key} has no end`);
}
