import { z } from "zod";
import type { JournalEntry } from "./journal.ts";
import type { ThreadMeta } from "./meta.ts";

const turn = z.looseObject({ id: z.string(), keys: z.array(z.string()), startedAtMs: z.number() });
const item = z.looseObject({ id: z.string(), type: z.string() });

const entry = z.discriminatedUnion("type", [
  turn.extend({ type: z.literal("begin") }),
  z.looseObject({ type: z.literal("item"), turnId: z.string(), item }),
  z.looseObject({ type: z.literal("key"), turnId: z.string(), key: z.string() }),
  z.looseObject({ type: z.literal("end"), turn, items: z.array(z.string()) }),
  z.looseObject({ type: z.literal("revert"), before: z.string() }),
  z.looseObject({ type: z.literal("inherit"), turn: turn.extend({ items: z.array(item) }) }),
]);

const meta = z.looseObject({
  id: z.string(),
  nativeId: z.string().nullable(),
  nativeIds: z.array(z.string()),
  from: z.looseObject({ nativeId: z.string() }).nullable(),
  cwd: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  preview: z.string(),
  name: z.string().nullable(),
  archived: z.boolean(),
  ephemeral: z.boolean(),
  mode: z.enum(["default", "plan"]),
  policy: z.looseObject({
    approvalPolicy: z.union([z.string(), z.looseObject({})]),
    sandbox: z.looseObject({ type: z.string() }),
  }),
  dynamicTools: z.array(z.looseObject({})),
  mcpServers: z.array(z.looseObject({ name: z.string() })),
});

/** Reads one line of a journal; throws when it is torn or of another make. */
export function parseEntry(line: string): JournalEntry {
  return z.custom<JournalEntry>().parse(entry.parse(JSON.parse(line)));
}

/** Reads the record of a thread; throws, naming the field, when it is damaged. */
export function parseMeta(text: string): ThreadMeta {
  return z.custom<ThreadMeta>().parse(meta.parse(JSON.parse(text)));
}
