import type { ThreadOp } from "../ops.ts";

/**
 * One warning for an agent of another series (`2.1` of `2.1.329`) than the one tested; nothing is
 * refused for it.
 */
export function versionNotice(agent: string, version: string, tested: string): ThreadOp[] {
  if (version.startsWith(tested.replace(/\d+$/, ""))) return [];
  return [
    { op: "notice", message: `This is ${agent} ${version}; Fairlead was tested with ${tested}.` },
  ];
}
