import { RpcError } from "@fairlead/bridge-core/peer";
import { z } from "zod";
import { type AskAgent, type Merged, askEach } from "./ask-agents.ts";
import { checkedParams } from "./checked-params.ts";
import { readCursor, writeCursor } from "./list-cursor.ts";

/** An agent as the lists of the unified endpoint name it. */
export interface NamedAgent {
  readonly name: string;
  readonly displayName: string;
}

/** An agent whose list goes on after this many pages is taken at its word that far. */
const mostPages = 20;

const pageSchema = z.looseObject({ data: z.array(z.unknown()), nextCursor: z.string().nullish() });
const afterSchema = z.object({ after: z.string() });
const modelSchema = z.looseObject({
  id: z.string(),
  displayName: z.string(),
  hidden: z.boolean(),
  isDefault: z.boolean(),
});
const foldersSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      cwd: z.string(),
      skills: z.array(z.looseObject({ path: z.string() })),
      errors: z.array(z.unknown()),
    }),
  ),
});
type SkillFolder = z.infer<typeof foldersSchema>["data"][number];
const providersSchema = z.looseObject({
  data: z.array(z.looseObject({ id: z.string() })),
  defaultProviderId: z.string(),
  canChangeDefault: z.boolean(),
});

/**
 * `model/list` of all agents, the default agent's first. Every name says whose model it is, and one
 * model is the default: that of the default agent, or of the first that has one when it fails.
 */
export async function mergeModelList(
  params: unknown,
  agents: readonly NamedAgent[],
  defaultAgent: string,
  ask: AskAgent,
): Promise<Merged<unknown>> {
  const method = "model/list";
  const { cursor, limit, ...filter } = checkedParams(method, params);
  const ordered = defaultFirst(agents, defaultAgent, ({ name }) => name);
  const { answers, leftOut } = await askEach(
    ordered.map(({ name }) => name),
    (agent) => drain(agent, method, filter, ask, modelSchema),
  );
  const listed = answers.flatMap(({ agent, value }) => {
    const whose = ordered.find(({ name }) => name === agent)?.displayName ?? agent;
    return value.map((model) => ({
      ...model,
      displayName: `${whose} · ${model.displayName}`,
    }));
  });
  const chosen =
    listed.find((model) => model.isDefault) ?? listed.find(({ hidden }) => !hidden) ?? listed[0];
  const models = listed.map((model) => ({ ...model, isDefault: model === chosen }));
  return { result: cut(method, models, ({ id }) => id, { cursor, limit }), leftOut };
}

/** `thread/loaded/list` of all agents, one agent after the other. */
export async function mergeLoadedList(
  params: unknown,
  agents: readonly string[],
  ask: AskAgent,
): Promise<Merged<unknown>> {
  const method = "thread/loaded/list";
  const { cursor, limit } = checkedParams(method, params);
  const { answers, leftOut } = await askEach(agents, (agent) =>
    drain(agent, method, {}, ask, z.string()),
  );
  const ids = answers.flatMap(({ value }) => value);
  return { result: cut(method, ids, (id) => id, { cursor, limit }), leftOut };
}

/**
 * `skills/list` of all agents: one entry per folder, with what every agent has there; the same file
 * of two agents once.
 */
export async function mergeSkillsList(
  params: unknown,
  agents: readonly string[],
  ask: AskAgent,
): Promise<Merged<unknown>> {
  const method = "skills/list";
  const wanted = checkedParams(method, params);
  const { answers, leftOut } = await askEach(agents, async (agent) =>
    checked(method, foldersSchema, await ask(agent, method, { ...wanted })),
  );
  const folders = new Map<string, SkillFolder>();
  for (const entry of answers.flatMap(({ value }) => value.data)) {
    folders.set(entry.cwd, joined(folders.get(entry.cwd), entry));
  }
  return { result: { data: [...folders.values()] }, leftOut };
}

/** `modelProvider/list` of all agents; the default is the default agent's. */
export async function mergeProviderList(
  agents: readonly string[],
  defaultAgent: string,
  ask: AskAgent,
): Promise<Merged<unknown>> {
  const method = "modelProvider/list";
  const { answers, leftOut } = await askEach(
    defaultFirst(agents, defaultAgent, (name) => name),
    async (agent) => checked(method, providersSchema, await ask(agent, method, {})),
  );
  const byId = new Map(
    answers
      .flatMap(({ value }) => value.data)
      .toReversed()
      .map((provider) => [provider.id, provider] as const),
  );
  const [first] = answers;
  if (first === undefined) throw RpcError.invalidRequest("no agent is switched on");
  return { result: { ...first.value, data: [...byId.values()].toReversed() }, leftOut };
}

function defaultFirst<T>(
  agents: readonly T[],
  defaultAgent: string,
  nameOf: (agent: T) => string,
): readonly T[] {
  const isDefault = (agent: T): boolean => nameOf(agent) === defaultAgent;
  return [...agents.filter(isDefault), ...agents.filter((agent) => !isDefault(agent))];
}

/** The whole list of one agent. */
async function drain<T>(
  agent: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
  ask: AskAgent,
  row: z.ZodType<T>,
): Promise<readonly T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const answer: unknown = await ask(agent, method, { ...params, cursor });
    const page = checked(method, pageSchema, answer);
    rows.push(...checked(method, z.array(row), page.data));
    cursor = page.nextCursor ?? null;
    if (cursor === null) break;
  }
  return rows;
}

/** Throws a sentence about the agent when what it answered is something else. */
function checked<T>(method: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`it answered ${method} with something else`);
}

/** One page of a list that is whole; without a limit all of it. */
function cut<T>(
  method: string,
  rows: readonly T[],
  idOf: (row: T) => string,
  wanted: {
    readonly cursor?: string | null | undefined;
    readonly limit?: number | null | undefined;
  },
): { readonly data: readonly T[]; readonly nextCursor: string | null } {
  const from = wanted.cursor == null ? 0 : startAfter(method, rows, idOf, wanted.cursor);
  const data = rows.slice(from, from + Math.max(wanted.limit ?? rows.length, 1));
  const last = data.at(-1);
  const more = last !== undefined && from + data.length < rows.length;
  return { data, nextCursor: more ? writeCursor({ after: idOf(last) }) : null };
}

function startAfter<T>(
  method: string,
  rows: readonly T[],
  idOf: (row: T) => string,
  cursor: string,
): number {
  const { after } = readCursor(method, cursor, afterSchema);
  const index = rows.findIndex((row) => idOf(row) === after);
  if (index >= 0) return index + 1;
  throw RpcError.invalidParams(
    `${method}: the list has changed since this cursor; ask again without a cursor`,
  );
}

function joined(known: SkillFolder | undefined, entry: SkillFolder): SkillFolder {
  if (known === undefined) return entry;
  const isNew = ({ path }: SkillFolder["skills"][number]): boolean =>
    !known.skills.some((skill) => skill.path === path);
  return {
    ...known,
    skills: [...known.skills, ...entry.skills.filter(isNew)],
    errors: [...known.errors, ...entry.errors],
  };
}
