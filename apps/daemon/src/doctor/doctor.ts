import { ownPathSource, pathsOf } from "../config/paths.ts";
import { styleOf } from "../terminal/style.ts";
import { agentsFinding } from "./agents-finding.ts";
import { daemonFindings } from "./daemon-findings.ts";
import { findingsText } from "./finding.ts";
import { configFinding, diskFinding, foldersFinding, nodeFinding } from "./place-findings.ts";

/** `fairlead doctor`: looks at everything that can keep the daemon from working. */
export async function doctor(options: {
  readonly json?: boolean;
  readonly dataDir?: string;
}): Promise<void> {
  const { json = false, dataDir } = options;
  const paths = pathsOf(ownPathSource(dataDir));
  const findings = [
    nodeFinding(process.versions.node),
    await configFinding(paths),
    await foldersFinding(paths),
    await diskFinding(paths),
    ...(await daemonFindings(paths, dataDir)),
    await agentsFinding(dataDir),
  ];
  process.stdout.write(
    json
      ? `${JSON.stringify(findings, null, 2)}\n`
      : findingsText(findings, styleOf(process.stdout)),
  );
  if (findings.some(({ state }) => state === "bad")) process.exitCode = 1;
}
