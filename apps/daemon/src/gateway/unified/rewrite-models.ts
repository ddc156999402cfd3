import { fieldPath, type FieldPath, isFields, replaceAt, textAt } from "./field-path.ts";
import {
  configModels,
  notificationModels,
  requestModels,
  resultModels,
  serverRequestModels,
} from "./model-fields.ts";
import { type FindAgent, splitModelId, unifiedModelId } from "./model-id.ts";

const requests = pathsByMethod(requestModels);
const results = pathsByMethod(resultModels);
const told = pathsByMethod({ ...notificationModels, ...serverRequestModels });
const configPaths = configModels.map(fieldPath);

/** Requests that open a thread with parts of a configuration and a model provider. */
const openings: ReadonlySet<string> = new Set(["thread/start", "thread/resume", "thread/fork"]);

/** Requests that change a configuration. */
const writes: ReadonlySet<string> = new Set(["config/value/write", "config/batchWrite"]);

/** Where a request says which model it wants, what counts first in front. */
const wanted: ReadonlyMap<string, readonly FieldPath[]> = new Map([
  ...[...openings].map((method) => [method, ["model", "config.model"].map(fieldPath)] as const),
  ...["turn/start", "thread/settings/update"].map(
    (method) => [method, ["collaborationMode.settings.model", "model"].map(fieldPath)] as const,
  ),
  ["turn/settings/update", [fieldPath("model")]] as const,
]);

/**
 * False when frames of this method, their answers too, name no model, so that they can pass as
 * they came.
 */
export function mayNeedRewriting(method: string): boolean {
  return requests.has(method) || results.has(method) || told.has(method) || writes.has(method);
}

/**
 * The model a request wants, as its sender wrote it; null when it leaves the choice to the agent.
 * Where a collaboration mode names one, that one counts, as codex has it.
 */
export function requestedModel(method: string, params: unknown): string | null {
  if (writes.has(method)) return writtenModel(params);
  for (const path of wanted.get(method) ?? []) {
    const model = textAt(params, path);
    if (model !== null) return model;
  }
  return null;
}

/**
 * The params of a request as the agent it goes to understands them: its own model ids lose its
 * name, and a model provider that is another agent gives way to its default. The model of another
 * agent stays as it is; who routes refuses or moves before. Returns `params` itself when nothing
 * is to be done.
 */
export function rewriteRequest(
  method: string,
  params: unknown,
  agent: string,
  findAgent: FindAgent,
): unknown {
  const strip = (id: string): string => {
    const split = splitModelId(id, findAgent);
    return split?.agent === agent ? split.model : id;
  };
  if (writes.has(method)) return rewriteWrites(params, strip);
  const rewritten = replaceAll(params, requests.get(method), strip);
  return openings.has(method) ? rewriteOpening(rewritten, agent, strip, findAgent) : rewritten;
}

/** The result of a request with the agent's name before each of its model ids. */
export function rewriteResult(method: string, result: unknown, agent: string): unknown {
  return replaceAll(result, results.get(method), (model) => unifiedModelId({ agent, model }));
}

/** The params of a notification or server request with the agent's name before each model id. */
export function rewriteNotification(method: string, params: unknown, agent: string): unknown {
  return replaceAll(params, told.get(method), (model) => unifiedModelId({ agent, model }));
}

function pathsByMethod(
  table: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, readonly FieldPath[]> {
  return new Map(
    Object.entries(table).map(([method, paths]) => [method, paths.map(fieldPath)] as const),
  );
}

function replaceAll(
  value: unknown,
  paths: readonly FieldPath[] | undefined,
  replace: (text: string) => string,
): unknown {
  return (paths ?? []).reduce((rest, path) => replaceAt(rest, path, replace), value);
}

/** Configuration keys with dots, and the provider, which for a bridge is the agent itself. */
function rewriteOpening(
  params: unknown,
  agent: string,
  strip: (id: string) => string,
  findAgent: FindAgent,
): unknown {
  if (!isFields(params)) return params;
  let rewritten = params;
  const provider = textAt(params, ["modelProvider"]);
  const owner = provider === null ? undefined : findAgent(provider);
  if (owner !== undefined && owner !== agent) rewritten = { ...rewritten, modelProvider: null };
  const config = rewritten["config"];
  if (!isFields(config)) return rewritten;
  for (const [key, value] of Object.entries(config)) {
    const after = key.includes(".") ? rewriteAtKey(key, value, strip) : value;
    if (after === value) continue;
    const before = rewritten["config"];
    rewritten = { ...rewritten, config: { ...(isFields(before) ? before : {}), [key]: after } };
  }
  return rewritten;
}

function rewriteWrites(params: unknown, strip: (id: string) => string): unknown {
  if (!isFields(params)) return params;
  const edits = params["edits"];
  if (!Array.isArray(edits)) return rewriteEdit(params, strip);
  const after = edits.map((edit: unknown) => rewriteEdit(edit, strip));
  return after.some((edit, index) => edit !== edits[index]) ? { ...params, edits: after } : params;
}

function rewriteEdit(edit: unknown, strip: (id: string) => string): unknown {
  const key = textAt(edit, ["keyPath"]);
  if (key === null || !isFields(edit)) return edit;
  const value = rewriteAtKey(key, edit["value"], strip);
  return value === edit["value"] ? edit : { ...edit, value };
}

/** Rewrites a part of a configuration that lies at a key with dots. */
function rewriteAtKey(key: string, value: unknown, strip: (id: string) => string): unknown {
  const names = key.split(".");
  const whole = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const rewritten = replaceAll(whole, configPaths, strip);
  return names.reduce((outer, name) => (isFields(outer) ? outer[name] : outer), rewritten);
}

function writtenModel(params: unknown): string | null {
  if (!isFields(params)) return null;
  const edits: readonly unknown[] = Array.isArray(params["edits"]) ? params["edits"] : [params];
  const edit = edits.findLast((candidate) => textAt(candidate, ["keyPath"]) === "model");
  return textAt(edit, ["value"]);
}
