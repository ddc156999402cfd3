import type { Scenario } from "../scenario.ts";
import { handshake, nobody, opening, request, say } from "../scripts.ts";

/** What a server has to refuse, in words a client can show. */
export const refusalScenarios: readonly Scenario[] = [
  {
    id: "not-initialized",
    title: "Nothing is answered before `initialize`.",
    needs: [],
    steps: [request("thread/start", { cwd: "$cwd" }), ...handshake()],
  },
  {
    id: "initialized-twice",
    title: "A second `initialize` is refused, and the connection goes on.",
    needs: [],
    steps: [...handshake(), ...handshake(), request("thread/loaded/list", {})],
  },
  {
    id: "unknown-method",
    title: "An unknown method is refused, and the connection goes on.",
    needs: [],
    steps: [...handshake(), request("no/such", {}), request("thread/loaded/list", {})],
  },
  {
    id: "bad-params",
    title: "Parameters that are missing or of the wrong type are refused.",
    needs: [],
    steps: [
      ...opening(),
      request("turn/start", { input: [] }),
      request("turn/start", { threadId: "$thread", input: "no list" }),
      request("thread/read", { threadId: 7 }),
      request("thread/list", { cursor: "no cursor" }),
      ...say("still here"),
    ],
  },
  {
    id: "unknown-thread",
    title: "A thread that does not exist takes no turn, no interrupt and no name.",
    needs: [],
    steps: [
      ...handshake(),
      request("turn/start", { threadId: nobody, input: [{ type: "text", text: "say: no" }] }),
      request("turn/interrupt", { threadId: nobody, turnId: nobody }),
      request("thread/name/set", { threadId: nobody, name: "A name" }),
      request("thread/archive", { threadId: nobody }),
      request("turn/start", { threadId: "no id", input: [{ type: "text", text: "say: no" }] }),
    ],
  },
  {
    id: "no-turn",
    title: "Where no turn runs there is nothing to interrupt or to steer.",
    needs: [],
    steps: [
      ...opening(),
      ...say("something"),
      request("turn/interrupt", { threadId: "$thread", turnId: "$turn" }),
      request("turn/steer", {
        threadId: "$thread",
        expectedTurnId: "$turn",
        input: [{ type: "text", text: "say: no" }],
      }),
    ],
  },
];
