import type { Scenario } from "../scenario.ts";
import { free, notified, opening, request, say, startThread, turnCompleted } from "../scripts.ts";

const list = request("thread/list", {});

/** The list of threads, and what is done with a thread as a whole. */
export const threadScenarios: readonly Scenario[] = [
  {
    id: "list-paging",
    title: "Threads are listed page by page, newest first.",
    needs: [],
    steps: [
      ...opening(),
      ...say("one"),
      ...startThread(free),
      ...say("two"),
      ...startThread(free),
      ...say("three"),
      request("thread/list", { limit: 2 }, { capture: { next: "result.nextCursor" } }),
      request("thread/list", { limit: 2, cursor: "$next" }),
      request("thread/list", { sortDirection: "asc" }),
    ],
  },
  {
    id: "list-filters",
    title: "Threads are listed by folder, by text, and by whether they are archived.",
    needs: [],
    files: { "elsewhere/note.txt": "nothing\n" },
    steps: [
      ...opening(),
      ...say("needle"),
      ...startThread({ ...free, cwd: "$cwd/elsewhere" }),
      ...say("hay"),
      request("thread/list", { cwd: "$cwd" }),
      request("thread/list", { cwd: "$cwd/nowhere" }),
      request("thread/list", { searchTerm: "needle" }),
      request("thread/list", { searchTerm: "nothing says this" }),
      request("thread/list", { archived: true }),
    ],
  },
  {
    id: "loaded",
    title: "The threads in memory are listed by id.",
    needs: [],
    steps: [...opening(), ...startThread(free), request("thread/loaded/list", {})],
  },
  {
    id: "name",
    title: "A thread keeps the name it is given, and clients are told.",
    needs: [],
    steps: [
      ...opening(),
      ...say("something"),
      request("thread/name/set", { threadId: "$thread", name: "A name" }),
      notified("thread/name/updated"),
      request("thread/read", { threadId: "$thread" }),
      request("thread/name/set", { threadId: "$thread", name: "" }),
    ],
  },
  {
    id: "archive",
    title: "An archived thread leaves the list and can be brought back.",
    needs: [],
    steps: [
      ...opening(),
      ...say("something"),
      request("thread/archive", { threadId: "$thread" }),
      notified("thread/archived"),
      list,
      request("thread/list", { archived: true }),
      request("thread/unarchive", { threadId: "$thread" }),
      notified("thread/unarchived"),
      list,
    ],
  },
  {
    id: "delete",
    title: "A deleted thread is gone.",
    needs: [],
    steps: [
      ...opening(),
      ...say("something"),
      request("thread/delete", { threadId: "$thread" }),
      notified("thread/deleted"),
      list,
      request("thread/read", { threadId: "$thread" }),
    ],
  },
  {
    id: "review",
    title: "A review is a turn between two marks and ends with its findings.",
    needs: [],
    steps: [
      ...opening(),
      {
        type: "request",
        method: "review/start",
        params: {
          threadId: "$thread",
          target: { type: "custom", instructions: "say: nothing to complain about" },
        },
        beat: "text",
      },
      turnCompleted,
    ],
  },
];
