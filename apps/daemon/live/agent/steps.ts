/** The call of a tool by its name, as a step of the mock's program. */
export function call(name: string, input: Readonly<Record<string, unknown>>): string {
  return `tool: ${name} ${JSON.stringify(input)}`;
}

/** A PNG of one pixel, as base64. */
export const dot: string = [
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
].join("");
