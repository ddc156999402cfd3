/** The answer of a command with `--json`: one indented value, and nothing else on stdout. */
export function printJson(
  value: unknown,
  out: { write(text: string): unknown } = process.stdout,
): void {
  out.write(`${JSON.stringify(value, null, 2)}\n`);
}
