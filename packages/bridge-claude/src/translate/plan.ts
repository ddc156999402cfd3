import {
  fieldsOf,
  planStep,
  planSteps,
  textOf,
  type Fields,
  type PlanStep,
} from "@fairlead/bridge-core/parts";

/** Claude's to-do list, of either of its two kinds: one written whole, or one task a call. */
export class Plan {
  readonly #tasks = new Map<string, PlanStep>();

  /** Tools that only keep the list. */
  static owns(tool: string): boolean {
    return /^(TodoWrite|Task(Create|Update|List|Get))$/.test(tool);
  }

  /** The list after a successful call; null when the call did not change it. */
  steps(tool: string, input: Fields, result: Fields): readonly PlanStep[] | null {
    if (tool === "TodoWrite") return planSteps(input["todos"]);
    if (tool === "TaskCreate") {
      const { id, subject } = fieldsOf(result["task"]);
      this.#tasks.set(textOf(id), planStep(textOf(subject), "pending"));
    } else if (tool === "TaskUpdate") {
      const { taskId, status, subject } = input;
      const id = textOf(taskId);
      const known = this.#tasks.get(id) ?? planStep(`Task ${id}`, "pending");
      const name = textOf(subject) || known.step;
      if (status === "deleted") this.#tasks.delete(id);
      else
        this.#tasks.set(
          id,
          status === undefined ? { ...known, step: name } : planStep(name, status),
        );
    } else {
      return null;
    }
    return [...this.#tasks.values()];
  }
}
