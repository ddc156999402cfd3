import type { ThreadOp } from "@fairlead/bridge-core";
import { z } from "zod";
import { fieldsOf, type ToolInput } from "../native.ts";

type Steps = Extract<ThreadOp, { op: "plan" }>["steps"];
type Step = Steps[number];

const statuses: Readonly<Record<string, Step["status"]>> = {
  pending: "pending",
  in_progress: "inProgress",
  completed: "completed",
};
const todo = z.looseObject({ content: z.string(), status: z.string() });
const todos = z.looseObject({ todos: z.array(todo) });
const created = z.looseObject({ task: z.looseObject({ id: z.string(), subject: z.string() }) });

/** Claude's to-do list, of either of its two kinds: one written whole, or one task a call. */
export class Plan {
  readonly #tasks = new Map<string, Step>();

  /** Tools that only keep the list. */
  static owns(tool: string): boolean {
    return /^(TodoWrite|TaskCreate|TaskUpdate|TaskList|TaskGet)$/.test(tool);
  }

  /** The list after a successful call; null when the call did not change it. */
  steps(tool: string, input: ToolInput, result: unknown): Steps | null {
    if (tool === "TodoWrite") {
      const list = todos.safeParse(input).data?.todos;
      return list?.map(({ content, status }) => step(content, status)) ?? null;
    }
    if (tool === "TaskCreate") {
      const task = created.safeParse(result).data?.task;
      if (task === undefined) return null;
      this.#tasks.set(task.id, step(task.subject, "pending"));
    } else if (tool === "TaskUpdate") {
      const id = String(input["taskId"] ?? fieldsOf(result)["taskId"] ?? "");
      const known = this.#tasks.get(id);
      if (input["status"] === "deleted") this.#tasks.delete(id);
      else this.#tasks.set(id, this.#updated(id, known, input));
    } else {
      return null;
    }
    return [...this.#tasks.values()];
  }

  #updated(id: string, known: Step | undefined, { subject, status }: ToolInput): Step {
    const name = typeof subject === "string" ? subject : (known?.step ?? `Task ${id}`);
    return typeof status === "string"
      ? step(name, status)
      : { step: name, status: known?.status ?? "pending" };
  }
}

function step(name: string, status: string): Step {
  return { step: name, status: statuses[status] ?? "pending" };
}
