import type { Settings } from "@fairlead/bridge-core";
import { expect, test } from "vitest";
import { permissionsOf } from "../src/permissions.ts";

const cells = (["ask", "auto"] as const).flatMap((approvals) =>
  (["read-only", "workspace-write", "danger-full-access"] as const).map((sandbox) => ({
    approvals,
    sandbox,
  })),
);

function settings(change: Partial<Settings>): Settings {
  const base = { model: null, effort: null, mode: "default", approvals: "ask" } as const;
  return { ...base, sandbox: "workspace-write", ...change };
}

test("every cell of approvals × sandbox", () => {
  const rows = cells.map((cell) => {
    const { mode, grantAll } = permissionsOf(settings(cell));
    return `${cell.approvals} ${cell.sandbox}: ${mode}${grantAll ? ", all granted" : ""}`;
  });
  expect(rows).toEqual([
    "ask read-only: default",
    "ask workspace-write: default",
    "ask danger-full-access: default",
    "auto read-only: default",
    "auto workspace-write: acceptEdits",
    "auto danger-full-access: default, all granted",
  ]);
});

test("plan mode grants nothing, whatever else is set", () => {
  for (const cell of cells) {
    expect(permissionsOf(settings({ ...cell, mode: "plan" }))).toEqual({
      mode: "plan",
      grantAll: false,
    });
  }
});
