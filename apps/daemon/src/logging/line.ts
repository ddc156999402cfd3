import { visible } from "../terminal/visible.ts";
import { redactText, redactValue } from "./redact.ts";

/** One line of the log. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly level: "debug" | "warn";
  /** Part of the daemon: `gateway`. */
  readonly component: string;
  readonly message: string;
  /** What belongs together has the same: a session, a turn. */
  readonly id?: string;
  readonly data?: unknown;
}

/** Longest line in the file, in UTF-16 units. */
const maxLineLength = 64 * 1024;

/** The line as it stands in the file: JSON, without secrets, its end included. */
export function encodeLine(line: LogLine, secrets: Iterable<string>): string {
  const known = [...secrets];
  const { time, level, component } = line;
  const message = redactText(line.message, known);
  const id = line.id === undefined ? {} : { id: redactText(line.id, known) };
  const head = { time, level, component, message, ...id };
  const data = line.data === undefined ? {} : { data: redactValue(line.data, known) };
  const whole = JSON.stringify({ ...head, ...data });
  if (whole.length <= maxLineLength) return `${whole}\n`;
  const short = `${message.slice(0, maxLineLength / 2)}...`;
  return `${JSON.stringify({ ...head, message: short, data: "[too long]" })}\n`;
}

/** A line of the file; null for what is none, e.g. half a line after a crash. */
export function decodeLine(text: string): LogLine | null {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw !== "object" || raw === null) return null;
    const { time, level, component, message, id, data } = fieldsOf(raw);
    if (typeof time !== "string" || typeof message !== "string") return null;
    return {
      time,
      level: level === "debug" ? "debug" : "warn",
      component: typeof component === "string" ? component : "daemon",
      message,
      ...(typeof id === "string" && { id }),
      ...(data !== undefined && { data }),
    };
  } catch {
    return null;
  }
}

/** How people read it: one line, colours given by the caller. */
export function renderLine(
  line: LogLine,
  style: { readonly dim: (text: string) => string; readonly ask: (text: string) => string },
): string {
  const { time, level, component, message, id, data } = line;
  const mark = level === "warn" ? style.ask("warn ") : style.dim("debug");
  const origin = style.dim(visible(id === undefined ? component : `${component} ${id}`));
  const detail = data === undefined ? "" : ` ${style.dim(visible(JSON.stringify(data)))}`;
  return `${style.dim(visible(time))} ${mark} ${origin} ${visible(message)}${detail}\n`;
}

function fieldsOf(raw: object): Readonly<Record<string, unknown>> {
  return { ...raw };
}
