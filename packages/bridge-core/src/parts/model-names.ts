import { BridgeError } from "../errors.ts";

/** Provider and name of a model, PROVIDER/MODEL; without the provider where just one has it. */
export function modelNamed(
  id: string,
  agent: string,
  known: Iterable<string>,
): readonly [provider: string, model: string] {
  const [only, ...others] = [...known].filter((name) => name.endsWith(`/${id}`));
  const name = only !== undefined && others.length === 0 ? only : id;
  const [, provider, model] = /^([^/]+)\/(.+)$/s.exec(name) ?? [];
  if (provider !== undefined && model !== undefined) return [provider, model];
  throw new BridgeError("bad-request", `${id} is no model of ${agent}'s: name it PROVIDER/MODEL`);
}
