import { RpcError } from "@fairlead/bridge-core/peer";
import type { z } from "zod";

/** Writes what a list needs to go on as the opaque text clients send back. */
export function writeCursor(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Reads what {@link writeCursor} wrote. Throws `invalid params` with a sentence for anything else. */
export function readCursor<T>(method: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(Buffer.from(text, "base64url").toString()));
  if (parsed.success) return parsed.data;
  throw RpcError.invalidParams(
    `${method}: this cursor is not one of this list; ask again without a cursor`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
