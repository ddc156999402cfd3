import { messageOf } from "@fairlead/bridge-core/transport";
/** As iroh takes bytes. */
export function bytesOf(text: string): number[] {
  return Array.from(Buffer.from(text, "utf8"));
}

/** What iroh says of a failure, without the stack of its own language. */
export function firstLine(error: unknown): string {
  const text = messageOf(error);
  return text.split("\n", 1)[0] ?? text;
}
