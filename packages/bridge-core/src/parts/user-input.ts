import type { UserInput } from "@fairlead/codex-proto";

/** Plain text as a client would have sent it. */
export function textInput(text: string): UserInput {
  return { type: "text", text, text_elements: [] };
}

/** An image as a client would have sent it. */
export function imageInput(mediaType: string, base64: string): UserInput {
  return { type: "image", url: `data:${mediaType};base64,${base64}` };
}

/**
 * Input that names a skill, for agents that know a command only by the start of a text that also
 * holds its arguments: `/NAME ARGUMENTS`. Other input stays as it is.
 */
export function asCommand(input: readonly UserInput[]): readonly UserInput[] {
  const skill = input.find((part) => part.type === "skill");
  if (skill === undefined) return input;
  const { name } = skill;
  const typed = input.flatMap((part) => (part.type === "text" ? [part.text.trim()] : [])).join(" ");
  const mark = [`$${name}`, `/${name}`].find((start) => typed.startsWith(start)) ?? "";
  const others = input.filter((part) => part !== skill && part.type !== "text");
  return [textInput(`/${name} ${typed.slice(mark.length).trim()}`.trim()), ...others];
}

/** A file as a client would have sent it: an image as such, any other by its path. */
export function fileInput(mediaType: string, url: string, name: string): UserInput {
  if (mediaType.startsWith("image/")) return { type: "image", url };
  const path = url.replace(/^file:\/\//, "");
  return { type: "mention", name: name || path, path };
}

/** The slash command that an input may be, and what was typed behind its name; null for other input. */
export function commandTyped(
  input: readonly UserInput[],
): { readonly name: string; readonly given: string } | null {
  const first = input.find((part) => part.type === "text");
  const [, name, given = ""] = /^\s*\/([^\s/]+)(?:\s+([\s\S]*))?$/.exec(first?.text ?? "") ?? [];
  return name === undefined ? null : { name, given };
}
