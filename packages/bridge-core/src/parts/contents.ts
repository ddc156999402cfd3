import type { ToolContent } from "../ops.ts";
import { fieldsOf, textOf } from "./fields.ts";

/** The image in a data URL, none in any other. */
export function imageIn(url: string): readonly ToolContent[] {
  const [, mediaType, base64] = /^data:(image\/[^;,]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType === undefined || base64 === undefined) return [];
  return [{ type: "image", mediaType, base64 }];
}

/**
 * A tool's result as MCP and the Messages API write it: a text, a block or a list of blocks. A
 * block of unknown kind is shown as it came.
 */
export function toolContents(content: unknown): readonly ToolContent[] {
  if (content === undefined || content === null) return [];
  return (Array.isArray(content) ? content : [content]).map((part: unknown): ToolContent => {
    if (typeof part === "string") return { type: "text", text: part };
    const { type, text, source, data, mimeType } = fieldsOf(part);
    const image = fieldsOf(source);
    const base64 = textOf(data ?? image["data"]);
    if (type === "image" && base64 !== "") {
      return { type: "image", mediaType: textOf(mimeType ?? image["media_type"]), base64 };
    }
    return { type: "text", text: type === "text" ? textOf(text) : JSON.stringify(part) };
  });
}
