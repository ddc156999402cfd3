import type { ThreadOp } from "@fairlead/bridge-core";

/** The version every test of this bridge ran against. */
export const testedVersion = "2.1.329";

/** One warning for a Claude the bridge was never run with: it may work, and nothing is refused. */
export function versionNotice(version: string | undefined): ThreadOp[] {
  const series = testedVersion.split(".").slice(0, 2).join(".");
  if (version === undefined || version.startsWith(`${series}.`)) return [];
  const message = `This is Claude Code ${version}; Fairlead was tested with ${testedVersion}.`;
  return [{ op: "notice", message }];
}
