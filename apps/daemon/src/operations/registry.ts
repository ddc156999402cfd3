/** Values of a metric's labels, in the order of their names. */
export type LabelValues = readonly string[];

/** One value of a metric. */
export interface Sample {
  readonly labels: LabelValues;
  readonly value: number;
}

/** What every metric has. */
export interface MetricInfo {
  /** As Prometheus wants it: `fairlead_turns_total`. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Default: none. */
  readonly labels?: readonly string[];
}

/** Counts up. */
export interface Counter {
  add(labels: LabelValues, amount?: number): void;
}

/** Sorts values into buckets. */
export interface Histogram {
  observe(labels: LabelValues, value: number): void;
}

/** Values of a label that came after the first so many of a metric are counted together. */
const maxSeries = 100;
const rest = "other";

interface Series<T> {
  readonly labels: LabelValues;
  readonly state: T;
}

interface Buckets {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** The metrics of a program, told in the text format 0.0.4 of Prometheus. */
export class MetricRegistry {
  readonly #metrics: (() => readonly string[])[] = [];

  /** A metric that only grows. */
  counter(info: MetricInfo): Counter {
    const series = new BoundedSeries(info, () => ({ value: 0 }));
    // Without labels there is one series, which begins at zero.
    if ((info.labels ?? []).length === 0) series.at([]);
    this.#metrics.push(() => [
      ...head(info, "counter"),
      ...series.all.map(({ labels, state }) => line(info, "", labels, state.value)),
    ]);
    return {
      add: (labels, amount = 1) => {
        series.at(labels).value += amount;
      },
    };
  }

  /** A metric that is looked up whenever somebody asks. Samples of equal labels are added up. */
  gauge(
    info: MetricInfo,
    read: () => readonly Sample[],
    type: "gauge" | "counter" = "gauge",
  ): void {
    this.#metrics.push(() => {
      const series = new BoundedSeries(info, () => ({ value: 0 }));
      for (const { labels, value } of read()) series.at(labels).value += value;
      const lines = series.all.map(({ labels, state }) => line(info, "", labels, state.value));
      return [...head(info, type), ...lines];
    });
  }

  /** A metric of how values are spread; `bounds` are the upper ends of its buckets, rising. */
  histogram(info: MetricInfo, bounds: readonly number[]): Histogram {
    const series = new BoundedSeries<Buckets>(info, () => ({
      counts: bounds.map(() => 0),
      sum: 0,
      count: 0,
    }));
    this.#metrics.push(() => [
      ...head(info, "histogram"),
      ...series.all.flatMap(({ labels, state }) => {
        const ends = { ...info, labels: [...(info.labels ?? []), "le"] };
        return [
          ...bounds.map((bound, index) =>
            line(ends, "_bucket", [...labels, String(bound)], state.counts[index] ?? 0),
          ),
          line(ends, "_bucket", [...labels, "+Inf"], state.count),
          line(info, "_sum", labels, state.sum),
          line(info, "_count", labels, state.count),
        ];
      }),
    ]);
    return {
      observe: (labels, value) => {
        const state = series.at(labels);
        state.sum += value;
        state.count += 1;
        bounds.forEach((bound, index) => {
          if (value <= bound) state.counts[index] = (state.counts[index] ?? 0) + 1;
        });
      },
    };
  }

  /** All of them, now. */
  text(): string {
    return `${this.#metrics.flatMap((metric) => metric()).join("\n")}\n`;
  }
}

class BoundedSeries<T> {
  readonly #names: readonly string[];
  readonly #make: () => T;
  readonly #series = new Map<string, Series<T>>();

  constructor({ labels = [] }: MetricInfo, make: () => T) {
    this.#names = labels;
    this.#make = make;
  }

  get all(): readonly Series<T>[] {
    return [...this.#series.values()];
  }

  at(labels: LabelValues): T {
    const known = this.#series.get(JSON.stringify(labels));
    if (known !== undefined) return known.state;
    const kept = this.#series.size < maxSeries ? labels : this.#names.map(() => rest);
    const key = JSON.stringify(kept);
    const series = this.#series.get(key) ?? { labels: kept, state: this.#make() };
    this.#series.set(key, series);
    return series.state;
  }
}

function head({ name, help }: MetricInfo, type: string): readonly string[] {
  const text = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return [`# HELP ${name} ${text}`, `# TYPE ${name} ${type}`];
}

function line(
  { name, labels: names = [] }: MetricInfo,
  suffix: string,
  labels: LabelValues,
  value: number,
): string {
  const pairs = names.map((label, index) => `${label}="${escaped(labels[index] ?? "")}"`);
  const shown = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
  return `${name}${suffix}${shown} ${value}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
