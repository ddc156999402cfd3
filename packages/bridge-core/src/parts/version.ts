import type { ThreadOp } from "../ops.ts";

/**
 * One warning for an agent of another series (`2.1` of `2.1.329`) than those tested, of which the
 * first is named; nothing is refused for it.
 */
export function versionNotice(
  agent: string,
  version: string,
  ...tested: readonly [string, ...string[]]
): ThreadOp[] {
  if (tested.some((one) => version.startsWith(one.replace(/\d+$/, "")))) return [];
  return [
    {
      op: "notice",
      message: `This is ${agent} ${version}; Fairlead was tested with ${tested[0]}.`,
    },
  ];
}
