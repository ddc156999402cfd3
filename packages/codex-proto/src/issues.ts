import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * Says in one line what is wrong with a rejected value: each field's path and what it should be,
 * as in `input[0].text: expected string, received number`. Called to word an error for the peer
 * that sent the value. Of a union it reports the variant the value was meant to be.
 */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .flatMap((issue) => expand(issue, []))
    .map(({ path, message }) => `${printPath(path)}: ${message.replace(/^Invalid input: /, "")}`)
    .join("; ");
}

interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function expand(issue: Issue, prefix: readonly PropertyKey[]): Finding[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) {
    return [{ path, message: issue.message }];
  }
  const meant = issue.errors.filter((issues) => !issues.some(isOtherVariant));
  const [closest] = meant.toSorted((left, right) => left.length - right.length);
  if (closest !== undefined) return closest.flatMap((inner) => expand(inner, path));
  return [describeVariants(issue.errors.flat().filter(isOtherVariant), path)];
}

/** True when the issue shows that the value was never meant to be the variant it failed. */
function isOtherVariant(issue: Issue): boolean {
  const isTag = issue.code === "invalid_value" && issue.path.length <= 1;
  return isTag || (issue.code === "invalid_type" && issue.path.length === 0);
}

function describeVariants(issues: readonly Issue[], prefix: readonly PropertyKey[]): Finding {
  const tags = issues.filter((issue) => issue.path.length === 1);
  const chosen = tags.length > 0 ? tags : issues;
  const expected = chosen.flatMap((issue) => {
    if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value));
    return issue.code === "invalid_type" ? [issue.expected] : [];
  });
  return {
    path: [...prefix, ...(chosen[0]?.path ?? [])],
    message: `expected ${[...new Set(expected)].join(" or ")}`,
  };
}

function printPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("");
  return text.replace(/^\./, "") || "params";
}
