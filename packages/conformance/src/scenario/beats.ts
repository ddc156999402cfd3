/**
 * What the agent does in each beat: from the prompt to the end of its turn. A bridge's fixtures
 * have a file for each, for those beats whose scenarios it takes part in.
 */
export const beats: Readonly<Record<string, string>> = {
  text: "It says something, in one or more deltas, and ends.",
  hold: "It begins to say something, waits for the release, and ends.",
  "hold-more":
    "It begins to say something, gets another message, waits for the release, answers both, and ends.",
  reasoning: "It thinks, says something, and ends.",
  image: "It gets an image beside the text, says something, and ends.",
  command: "It runs a command without asking, which prints a line and succeeds.",
  "command-failed": "It runs a command without asking, which prints a line and fails with exit 3.",
  "command-parallel": "It runs two commands at the same time without asking, and both succeed.",
  "command-streaming": "It runs a command without asking, which prints three lines one by one.",
  "command-background": "It runs a command that outlasts the turn, says something, and ends.",
  "command-accept": "It asks for a command, is allowed to, runs it, and ends.",
  "command-accept-session":
    "It asks for a command, is allowed to, runs it, does all of that once more, and ends.",
  "command-accept-session-other":
    "It asks for a command, is allowed to, runs it, asks for another, is not allowed to, and ends.",
  "command-decline": "It asks for a command, is not allowed to, says something, and ends.",
  "command-cancel": "It asks for a command, is told to stop, and stops.",
  "command-interrupt": "It asks for a command and is interrupted before there is an answer.",
  ...fileBeats(),
  plan: "It sets its list of steps to three, the first in progress, says something, and ends.",
  "plan-mode": "In plan mode: it proposes a plan, and ends.",
  question: "It asks the user a question with the choices Red and Blue, gets Red, and ends.",
  mcp: "It calls a tool of an MCP server, says something, and ends.",
  "client-tool": "It calls the client's tool `my_tool`, says something, and ends.",
  subagent: "It starts a sub-agent, which says something; both end.",
  "interrupt-text": "It begins to say something and is interrupted.",
  "interrupt-command": "It runs a command that prints a line and goes on, and is interrupted.",
  steer: "It begins to say something, gets another message, answers that, and ends.",
  compact: "It is told to compact its context, and does.",
  "compact-auto": "It compacts its context before it says something, and ends.",
  error: "Its provider fails until it gives up.",
  retry: "Its provider fails, it tells so, tries again, says something, and ends.",
  "error-400": "Its provider refuses the request (HTTP 400).",
  "error-401": "Its provider does not know the key (HTTP 401).",
  "error-403": "Its provider forbids the request (HTTP 403).",
  "error-404": "Its provider has no such model (HTTP 404).",
  "error-429": "Its provider limits the rate (HTTP 429).",
  "error-503": "Its provider is down (HTTP 503).",
  "error-overloaded": "Its provider is overloaded.",
  "error-context": "Its context window is full.",
  "error-quota": "Its quota is used up.",
  "error-stream": "Its provider fails after the stream began and before the first word.",
  "error-midstream": "Its provider fails in the middle of an answer.",
  "error-disconnect": "The connection to its provider breaks in the middle of an answer.",
};

function fileBeats(): Readonly<Record<string, string>> {
  const kinds = {
    add: "a new file `new.txt`",
    update: "a change of `base.txt`",
    delete: "the deletion of `base.txt`",
    rename: "`base.txt` to become `moved.txt`",
  };
  const answers = {
    accept: "is allowed to, does it, and ends",
    "accept-session": "is allowed to, does it, does the same with a second change of the file",
    decline: "is not allowed to, says something, and ends",
    cancel: "is told to stop, and stops",
  };
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, what]) =>
      Object.entries(answers).map(([id, then]) => [
        `file-${kind}-${id}`,
        `It asks for ${what}, ${then}.`,
      ]),
    ),
  );
}
