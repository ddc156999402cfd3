/** What a client may ask of a stream, once. */
export type ControlRequest = { readonly version: number; readonly token: string } & (
  | { readonly op: "list_agents" }
  | { readonly op: "restart_agent"; readonly agent: string }
  | {
      readonly op: "connect";
      readonly agent: string;
      /** The last number the client has seen; null when it begins. */
      readonly lastSeq: number | null;
    }
);

/** Reads a request; a sentence when it is none. */
export function parseRequest(text: string): ControlRequest | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "malformed request: it is not JSON";
  }
  if (!isRecord(value)) return "malformed request: it is not a JSON object";
  const { op, v, token, agent, resume } = value;
  if (typeof v !== "number") return "malformed request: `v` must be a number";
  // Whoever speaks another version may well ask for other things.
  const known = op === "list_agents" || op === "restart_agent" || op === "connect";
  if (v !== 1) return { version: v, token: "", op: "list_agents" };
  if (!known) {
    return "malformed request: `op` must be `list_agents`, `restart_agent` or `connect`";
  }
  if (typeof token !== "string") return "malformed request: `token` must be a string";
  if (op === "list_agents") return { version: v, token, op };
  if (typeof agent !== "string") return "malformed request: `agent` must be a string";
  if (op === "restart_agent") return { version: v, token, op, agent };
  const lastSeq = lastSeqOf(resume);
  if (lastSeq === undefined) {
    return "malformed request: `resume.last_seq` must be a number that is not negative";
  }
  return { version: v, token, op, agent, lastSeq };
}

/** Undefined when it is wrong. */
function lastSeqOf(resume: unknown): number | null | undefined {
  if (resume === undefined || resume === null) return null;
  if (!isRecord(resume)) return undefined;
  const { last_seq: lastSeq } = resume;
  if (typeof lastSeq !== "number" || !Number.isInteger(lastSeq) || lastSeq < 0) return undefined;
  // Of no session of ours: a drift.
  return Math.min(lastSeq, Number.MAX_SAFE_INTEGER);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
