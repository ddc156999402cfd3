import { relative } from "node:path";
import type { ApprovalRequest, Notification } from "@fairlead/client";
import type { FileUpdateChange, ThreadItem } from "@fairlead/codex-proto";
import type { Style } from "./style.ts";

/** Lines of a diff shown before it is cut short. */
const maxDiffLines = 20;

/** Turns what a server tells of a thread into text, as it comes. */
export class Transcript {
  readonly #write: (text: string) => void;
  readonly #style: Style;
  readonly #folder: string;
  readonly #items = new Map<string, ThreadItem>();
  /** Items of which text was shown while it streamed. */
  readonly #streamed = new Set<string>();
  #lineOpen = false;
  #writer: string | null = null;

  /** Files in `folder` are shown by their path from there. */
  constructor(write: (text: string) => void, style: Style, folder: string) {
    this.#write = write;
    this.#style = style;
    this.#folder = folder;
  }

  /** Shows one notification. Those that say nothing to a reader are passed over. */
  show(event: Notification): void {
    const { dim, bad } = this.#style;
    switch (event.method) {
      case "item/started":
        this.#started(event.params.item);
        break;
      case "item/agentMessage/delta":
      case "item/plan/delta":
        this.#stream(event.params.itemId, event.params.delta, (text) => text);
        break;
      case "item/reasoning/summaryTextDelta":
      case "item/commandExecution/outputDelta":
        this.#stream(event.params.itemId, event.params.delta, dim);
        break;
      case "item/completed":
        this.#completed(event.params.item);
        break;
      case "turn/plan/updated":
        for (const { step, status } of event.params.plan) {
          this.line(`${status === "completed" ? "[x]" : "[ ]"} ${step}`);
        }
        break;
      case "warning":
        this.line(bad(`! ${event.params.message}`));
        break;
      case "error":
        if (event.params.willRetry) this.line(dim(`! ${event.params.error.message}, trying again`));
        break;
      case "turn/completed": {
        const { status, error } = event.params.turn;
        if (status === "failed") this.line(bad(`✗ failed: ${error?.message ?? "no reason given"}`));
        if (status === "interrupted") this.line(dim("✗ interrupted"));
        break;
      }
      default:
        break;
    }
  }

  /** Shows what the agent wants to do and waits for leave to. */
  showRequest({ method, params }: ApprovalRequest): void {
    const item = this.#items.get(params.itemId);
    const { ask } = this.#style;
    if (method === "item/commandExecution/requestApproval") {
      const known = item?.type === "commandExecution" ? commandLine(item) : "a command";
      const asked =
        params.command == null ? known : commandLine({ ...params, command: params.command });
      this.line(ask(`? The agent wants to run: ${asked}`));
    } else {
      const paths =
        item?.type === "fileChange" ? item.changes.map(({ path }) => this.#short(path)) : [];
      this.line(ask(`? The agent wants to change: ${paths.join(", ") || "a file"}`));
    }
    if (params.reason != null) this.line(`  ${params.reason}`);
  }

  /** Writes a line of its own, ending what streams. */
  line(text: string): void {
    this.endLine();
    this.#write(`${text}\n`);
  }

  /** Ends a line that is not complete, so that somebody else may write. */
  endLine(): void {
    if (this.#lineOpen) this.#write("\n");
    this.#lineOpen = false;
    this.#writer = null;
  }

  #stream(itemId: string, delta: string, dress: (text: string) => string): void {
    if (delta === "") return;
    if (this.#writer !== itemId) this.endLine();
    this.#writer = itemId;
    this.#streamed.add(itemId);
    this.#write(dress(delta));
    this.#lineOpen = !delta.endsWith("\n");
  }

  #started(item: ThreadItem): void {
    this.#items.set(item.id, item);
    const { bold, dim } = this.#style;
    switch (item.type) {
      case "commandExecution":
        this.line(bold(`$ ${commandLine(item)}`));
        break;
      case "fileChange":
        for (const change of item.changes) this.#change(change);
        break;
      case "mcpToolCall":
      case "dynamicToolCall":
        this.line(bold(`* ${item.tool}`));
        break;
      case "webSearch":
        this.line(bold(`* web search: ${item.query}`));
        break;
      case "contextCompaction":
        this.line(dim("* the conversation is summarised to make room"));
        break;
      default:
        break;
    }
  }

  #completed(item: ThreadItem): void {
    const { dim, good, bad } = this.#style;
    const seen = this.#streamed.delete(item.id);
    this.#items.delete(item.id);
    switch (item.type) {
      case "agentMessage":
        if (!seen) this.#stream(item.id, item.text, (text) => text);
        this.endLine();
        break;
      case "commandExecution":
        if (!seen) this.#stream(item.id, item.aggregatedOutput ?? "", dim);
        if (item.status === "declined") this.line(bad("✗ not run"));
        else if (item.exitCode !== 0) this.line(bad(`✗ exit code ${item.exitCode ?? "unknown"}`));
        else this.line(good("✓ done"));
        break;
      case "fileChange":
        if (item.status === "completed") this.line(good("✓ written"));
        else this.line(bad(item.status === "declined" ? "✗ not written" : "✗ failed"));
        break;
      default:
        if (this.#writer === item.id) this.endLine();
        break;
    }
  }

  #change({ path, kind, diff }: FileUpdateChange): void {
    this.line(this.#style.bold(`± ${this.#short(path)} (${kind.type})`));
    const lines = diff.replace(/\n$/u, "").split("\n");
    const sign = kind.type === "update" ? "  " : kind.type === "add" ? "  + " : "  - ";
    for (const text of lines.slice(0, maxDiffLines)) this.line(this.#style.dim(`${sign}${text}`));
    if (lines.length > maxDiffLines) {
      this.line(this.#style.dim(`  … ${lines.length - maxDiffLines} more lines`));
    }
  }

  #short(path: string): string {
    const short = relative(this.#folder, path);
    return short === "" || short.startsWith("..") ? path : short;
  }
}

/**
 * The line a person would type: the wire wraps it in a shell and keeps it bare among its actions.
 */
function commandLine(shown: {
  readonly command: string;
  readonly commandActions?: readonly { readonly command: string }[] | null;
}): string {
  const [only, ...others] = shown.commandActions ?? [];
  return only !== undefined && others.length === 0 ? only.command : shown.command;
}
