import { z } from "zod";
import { CommandError } from "./command-error.ts";
import type { StatusInfo } from "./status-info.ts";

const turn = z.looseObject({
  agent: z.string(),
  threadId: z.string(),
  turnId: z.string(),
  startedAtMs: z.number(),
});

/** What `status` answers. Loose: a newer daemon may say more. */
const statusSchema: z.ZodType<StatusInfo> = z.looseObject({
  pid: z.number(),
  version: z.string(),
  startedAtMs: z.number(),
  uptimeMs: z.number(),
  stopping: z.boolean(),
  listeners: z.array(
    z.looseObject({
      name: z.string(),
      addresses: z.array(z.string()),
      problem: z.string().nullable(),
    }),
  ),
  paths: z.looseObject({
    config: z.string(),
    data: z.string(),
    state: z.string(),
    logs: z.string(),
    control: z.string(),
  }),
  devices: z.number(),
  sessions: z.array(
    z.looseObject({
      device: z.string(),
      client: z.string().nullable(),
      endpoint: z.string().nullable(),
      connected: z.boolean(),
      ringFrames: z.number(),
      ringBytes: z.number(),
    }),
  ),
  turns: z.array(turn),
  approvals: z.array(
    z.looseObject({
      agent: z.string(),
      threadId: z.string(),
      requestId: z.string(),
      method: z.string(),
      askedAtMs: z.number(),
    }),
  ),
  cutTurns: z.array(turn),
  agents: z.array(
    z.looseObject({
      name: z.string(),
      displayName: z.string(),
      available: z.boolean(),
      unavailableReason: z.string().nullable(),
      version: z.string().nullable(),
      optional: z.boolean(),
      missing: z.string().nullable(),
    }),
  ),
  problems: z.array(z.string()),
});

/** The {@link StatusInfo} in what a daemon answered. Throws what to type when it is none. */
export function readStatus(answer: unknown): StatusInfo {
  const parsed = statusSchema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const message =
    "The running daemon is of another version than this command: run `fairlead restart`.";
  throw new CommandError("failed", message, { cause: parsed.error });
}
