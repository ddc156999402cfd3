import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";

type Step = Extract<ThreadOp, { op: "plan" }>["steps"][number];

/** Claude's to-do list, of either of its two kinds: one written whole, or one task a call. */
export class Plan {
  readonly #tasks = new Map<string, Step>();

  /** Tools that only keep the list. */
  static owns(tool: string): boolean {
    return /^(TodoWrite|Task(Create|Update|List|Get))$/.test(tool);
  }

  /** The list after a successful call; null when the call did not change it. */
  steps(tool: string, input: Fields, result: Fields): readonly Step[] | null {
    if (tool === "TodoWrite") {
      return listOf(input["todos"]).map(({ content, status }) => step(textOf(content), status));
    }
    if (tool === "TaskCreate") {
      const { id, subject } = fieldsOf(result["task"]);
      this.#tasks.set(textOf(id), step(textOf(subject), "pending"));
    } else if (tool === "TaskUpdate") {
      const { taskId, status, subject } = input;
      const id = textOf(taskId);
      const known = this.#tasks.get(id) ?? step(`Task ${id}`, "pending");
      const name = textOf(subject) || known.step;
      if (status === "deleted") this.#tasks.delete(id);
      else
        this.#tasks.set(id, status === undefined ? { ...known, step: name } : step(name, status));
    } else {
      return null;
    }
    return [...this.#tasks.values()];
  }
}

function step(name: string, status: unknown): Step {
  if (status === "in_progress") return { step: name, status: "inProgress" };
  return { step: name, status: status === "completed" ? "completed" : "pending" };
}
