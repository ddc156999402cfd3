import type { JsonObject } from "../../json.ts";
import { objectOf, stringOf } from "../../json.ts";
import type { NativeDialect } from "./cut-beats.ts";

/** What a bridge asks of Claude Code at any time, and is answered with nothing but success. */
const standing = /^(set_model|apply_flag_settings|set_permission_mode|get_session_cost)$/;

/** The stream-json protocol of Claude Code. */
export const claudeDialect: NativeDialect = {
  isPrompt: ({ type }) => type === "user",
  isEnd: ({ type }) => type === "result",
  isStanding(frame, before) {
    if (frame["type"] === "control_request") return standing.test(subtypeOf(frame));
    if (frame["type"] !== "control_response") return false;
    const { request_id: id } = objectOf(frame["response"]);
    return before.some((asked) => asked["request_id"] === id && standing.test(subtypeOf(asked)));
  },
  settle: pollsAnswered,
  sessionOf(args) {
    const at = args.indexOf("--session-id");
    const resumed = args.indexOf("--resume");
    return args[(at === -1 ? resumed : at) + 1] ?? null;
  },
};

function subtypeOf(frame: JsonObject): string {
  return stringOf(objectOf(frame["request"])["subtype"]);
}

/** The output of a command is asked for again and again: every time it is all of what there was. */
function pollsAnswered(lines: readonly JsonObject[]): readonly JsonObject[] {
  const polls = new Set(
    lines.flatMap(({ dir, frame }) => {
      const sent = objectOf(frame);
      return dir === "send" && subtypeOf(sent) === "get_task_output" ? [sent["request_id"]] : [];
    }),
  );
  if (polls.size === 0) return lines;
  const isPoll = (line: JsonObject): boolean => {
    const frame = objectOf(line["frame"]);
    return polls.has(frame["request_id"]) || polls.has(objectOf(frame["response"])["request_id"]);
  };
  const answers = lines.filter((line) => line["dir"] === "recv" && isPoll(line));
  const told = answers
    .map(({ frame }) => objectOf(objectOf(objectOf(frame)["response"])["response"]))
    .findLast(({ output }) => stringOf(output) !== "");
  const [prompt, ...rest] = lines.filter((line) => !isPoll(line));
  const response = { subtype: "success", request_id: "$poll", response: told ?? {} };
  const answer = {
    whenever: {
      type: "control_request",
      request_id: "$poll",
      request: { subtype: "get_task_output" },
    },
    recv: [{ type: "control_response", response }],
  };
  return prompt === undefined ? [] : [prompt, answer, ...rest];
}
