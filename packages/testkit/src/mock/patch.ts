import type { Step } from "./program.ts";

/** A file step as the patch text that codex's `apply_patch` takes. */
export function patchText(step: Extract<Step, { type: "write" | "edit" | "rm" }>): string {
  return ["*** Begin Patch", ...hunk(step), "*** End Patch"].join("\n");
}

function hunk(step: Extract<Step, { type: "write" | "edit" | "rm" }>): readonly string[] {
  switch (step.type) {
    case "write":
      return [`*** Add File: ${step.file}`, ...prefixed("+", step.body)];
    case "edit":
      return [
        `*** Update File: ${step.file}`,
        "@@",
        ...prefixed("-", step.from),
        ...prefixed("+", step.to),
      ];
    case "rm":
      return [`*** Delete File: ${step.file}`];
  }
}

function prefixed(sign: string, text: string): readonly string[] {
  return text.split("\n").map((line) => `${sign}${line}`);
}
