import { agentReports } from "../agents/commands.ts";
import { worthTelling } from "../agents/describe.ts";
import { type Finding, fine } from "./finding.ts";

/** Whether any agent can be used. */
export async function agentsFinding(dataDir: string | undefined): Promise<Finding> {
  const subject = "agents";
  const agents = await agentReports({ ...(dataDir !== undefined && { dataDir }) });
  const usable = agents.filter(({ available }) => available).map(({ name }) => name);
  const { told } = worthTelling(agents);
  const detail = `${usable.length} of ${told.length} can be used: ${usable.join(", ") || "none"}`;
  if (usable.some((name) => name !== "demo")) return fine(subject, detail);
  return { subject, state: "bad", detail, fix: "fairlead agents doctor" };
}
