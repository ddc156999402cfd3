import { z } from "zod";
import type { Style } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { type AgentReport, worthTelling } from "./describe.ts";

const reports: z.ZodType<readonly AgentReport[]> = z.array(
  z.object({
    name: z.string(),
    displayName: z.string(),
    aliases: z.array(z.string()),
    threadPermissions: z.boolean(),
    optional: z.boolean(),
    available: z.boolean(),
    version: z.string().nullable(),
    program: z.string().nullable(),
    missing: z
      .enum(["not-installed", "unauthenticated", "unsupported-version", "error"])
      .nullable(),
    reason: z.string().nullable(),
    fix: z.string().nullable(),
  }),
);

/** What a daemon answered to `agents/list`. Throws when it is of another kind. */
export function readReports(answer: unknown): readonly AgentReport[] {
  return reports.parse(answer);
}

/** One line per agent. */
export function listText(agents: readonly AgentReport[]): string {
  const { told, others } = worthTelling(agents);
  const rows = told.map(({ name, displayName, available, version, reason }) => [
    name,
    displayName,
    available ? "yes" : "no",
    available ? (version ?? "unknown") : (reason ?? "-"),
  ]);
  const listed = table([["AGENT", "NAME", "USABLE", "VERSION OR REASON"], ...rows]);
  return `${listed}${alsoKnown(others)}`;
}

/** A paragraph per agent: what was found, and what to type where something is missing. */
export function doctorText(agents: readonly AgentReport[], style: Style): string {
  const { told, others } = worthTelling(agents);
  const paragraphs = told.map((agent) => paragraph(agent, style)).join("\n");
  return `${paragraphs}${alsoKnown(others)}`;
}

/** One line for all that could be here. */
function alsoKnown(names: readonly string[]): string {
  if (names.length === 0) return "";
  return `\nUsable as soon as they are installed: ${names.join(", ")}.\n`;
}

function paragraph(agent: AgentReport, style: Style): string {
  const { displayName, name, available, version, program, reason, fix } = agent;
  const mark = available ? style.good("ok") : style.bad("--");
  const lines = [
    `${mark} ${style.bold(displayName)} (${name})`,
    `   program  ${program ?? "not found on your PATH"}`,
    ...(available ? [`   version  ${version ?? "unknown"}`, "   login    in order"] : []),
    ...(reason === null ? [] : [`   problem  ${reason}`]),
    ...(fix === null ? [] : [`   type     ${style.ask(fix)}`]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
