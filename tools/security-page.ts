import { limit } from "../apps/daemon/src/codex/ceiling/limits.ts";
import { answerRoles, methodRoles } from "../apps/daemon/src/devices/method-roles.ts";
import { type Role, roles } from "../apps/daemon/src/devices/principal.ts";
import { permissionsOf as claudePermissions } from "../packages/bridge-claude/src/permissions.ts";
import type { Settings } from "../packages/bridge-core/src/adapter.ts";
import {
  type OperatorPolicy,
  applyPolicy,
  bridgePolicy,
  defaultPolicy,
  initialPolicy,
} from "../packages/bridge-core/src/policy.ts";
import { grantOf } from "../packages/bridge-core/src/parts.ts";
import { fakeHost } from "../packages/bridge-core/src/testing.ts";
import demoBridge from "../packages/bridge-demo/src/index.ts";
import { permissionsOf as piPermissions } from "../packages/bridge-pi/src/permissions.ts";
import type { AskForApproval, SandboxMode } from "../packages/codex-proto/src/index.ts";
import { unaskedOf } from "./unasked.ts";

/** Everything a client can ask for; null = nothing. */
const policies: readonly (AskForApproval | null)[] = [
  null,
  "untrusted",
  "on-request",
  {
    granular: {
      sandbox_approval: true,
      rules: true,
      skill_approval: true,
      request_permissions: true,
      mcp_elicitations: true,
    },
  },
  "never",
];
const sandboxes = ["read-only", "workspace-write", "danger-full-access"] as const;
const open: OperatorPolicy = { approvals: "auto", sandbox: "danger-full-access" };

type Native = Pick<Settings, "approvals" | "sandbox">;

/** The page with its tables as the code has them now. Throws when a place for one is missing. */
export async function securityPage(page: string): Promise<string> {
  let text = page;
  for (const [name, content] of await sections()) {
    const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- end of ${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`the page has no place for "${name}"`);
    text = `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
  }
  return text;
}

async function sections(): Promise<readonly (readonly [string, string])[]> {
  return [
    ["roles", roleLists()],
    ["answers", answerTable()],
    ["ceilings", ceilingTable()],
    ["native modes", await nativeTable()],
  ];
}

function roleLists(): string {
  const methods = methodRoles();
  return roles
    .map((role) => {
      const own = methods.filter(([, needed]) => needed === role).map(([method]) => method);
      return `- **${role}** (${own.length}): ${codes(own)}`;
    })
    .join("\n");
}

function answerTable(): string {
  const answers = answerRoles();
  const rows = roles.map((role) => answers.filter(([, needed]) => needed === role));
  return table(
    ["role", "may also answer"],
    roles.flatMap((role, index) => answerRow(role, rows[index] ?? [])),
  );
}

function answerRow(role: Role, answers: readonly (readonly [string, Role])[]): string[][] {
  return answers.length === 0 ? [] : [[role, codes(answers.map(([method]) => method))]];
}

/** What is left of a wish below each ceiling. */
function ceilingTable(): string {
  const ceilings = (["ask", "auto"] as const).flatMap((approvals) =>
    sandboxes.map((sandbox): OperatorPolicy => ({ approvals, sandbox })),
  );
  const rows = ceilings.map((ceiling) => {
    const most = applyPolicy(
      initialPolicy(ceiling),
      { approvalPolicy: "never", sandbox: "danger-full-access" },
      ceiling,
    ).policy;
    const none = initialPolicy(ceiling);
    const { approvals, sandbox } = bridgePolicy(none);
    return [
      `\`${ceiling.approvals}\``,
      `\`${ceiling.sandbox}\``,
      `${approvals}, ${sandbox}`,
      `\`${nameOf(most.approvalPolicy)}\`, ${bridgePolicy(most).sandbox}`,
    ];
  });
  return table(["`approvals`", "`sandbox`", "asks for nothing", "asks for all there is"], rows);
}

/** Approval policy × sandbox → what each agent is told, where the ceiling allows all of it. */
async function nativeTable(): Promise<string> {
  const rows: string[][] = [];
  const answered = Object.keys(unaskedOf(settingsOf(bridgePolicy(initialPolicy(open)))));
  for (const approvalPolicy of policies) {
    for (const sandbox of sandboxes) {
      const { policy } = applyPolicy(initialPolicy(open), { approvalPolicy, sandbox }, open);
      const native = bridgePolicy(policy);
      rows.push([
        approvalPolicy === null ? "none" : `\`${nameOf(approvalPolicy)}\``,
        `\`${sandbox}\``,
        claudeCell(native),
        piPermissions(settingsOf(native)).unasked,
        grantOf(settingsOf(native)),
        ...Object.values(unaskedOf(settingsOf(native))),
        await demoCell(native),
        codexCell(approvalPolicy, sandbox, open),
        codexCell(approvalPolicy, sandbox, defaultPolicy),
      ]);
    }
  }
  const codex = ["codex", "codex, default ceiling"];
  const bridged = ["Claude", "Pi", "OpenCode", ...answered, "demo"];
  return table(["approval policy", "sandbox", ...bridged, ...codex], rows);
}

/** The settings of one cell, outside plan mode. */
function settingsOf(native: Native): Settings {
  return { model: null, effort: null, mode: "default", ...native };
}

/** What Claude is told of one cell. */
function claudeCell(native: Native): string {
  const { mode, grantAll } = claudePermissions(settingsOf(native));
  return `\`${mode}\`${grantAll ? ", all granted" : ""}`;
}

/** What the demo agent is told, as it is told it. */
async function demoCell(native: Native): Promise<string> {
  const { signal } = new AbortController();
  const host = fakeHost();
  await using bridge = demoBridge(host);
  const settings = settingsOf(native);
  const spec = {
    threadId: "t",
    cwd: "/",
    settings,
    instructions: null,
    mcpServers: [],
    from: null,
  };
  const thread = await bridge.openThread(spec, { signal });
  const agent = await host.nextProcess();
  await thread.prompt({ id: "p", input: [], settings, outputSchema: null });
  const told = JSON.stringify(await agent.nextWrite());
  agent.exit();
  return told.includes('"ask":true') ? "asks" : "does not ask";
}

/** Codex has both words itself; above the ceiling it is told the ceiling's. */
function codexCell(
  approvalPolicy: AskForApproval | null,
  mode: SandboxMode,
  ceiling: OperatorPolicy,
): string {
  const held = limit({ isApprovalsOff: approvalPolicy === "never", reviewer: null, mode }, ceiling);
  if (held.lowered.length === 0) return "as given";
  const told = held.approvalPolicy ?? approvalPolicy;
  const policy = told === null ? "its own" : `\`${nameOf(told)}\``;
  return `${policy}, \`${held.mode ?? mode}\``;
}

function nameOf(policy: AskForApproval): string {
  return typeof policy === "string" ? policy : "granular";
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** As the formatter of the repository leaves it. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(3, ...all.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[], fill = " "): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  return [line(header), line([], "-"), ...rows.map((row) => line(row))].join("\n");
}
