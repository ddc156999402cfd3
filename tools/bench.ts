/**
 * Measures what Fairlead costs. Run as `pnpm bench relay`: a delta's way from the agent's line to the client, against
 * the least there is to do for it. Exits 1 above three times that; with `--strict` when a target of docs/bench.md is
 * missed. `pnpm bench sessions`: what is read to list the newest of ten thousand sessions of a terminal user. `pnpm bench
 * daemon`: start and memory of the built daemon beside a bare Node.
 */
import { daemonReport, measureDaemon } from "./bench/daemon.ts";
import { listingReport, measureListing } from "./bench/native-sessions.ts";
import { measureRelay } from "./bench/relay.ts";
import { relayReport } from "./bench/relay-report.ts";

const [name, option] = process.argv.slice(2);

if (name === "relay" && (option === undefined || option === "--strict")) {
  const report = relayReport(await measureRelay([1000, 20_000, 200_000]));
  for (const line of report.lines) console.log(line);
  const failed = option === "--strict" ? !report.meetsTargets : report.broken;
  process.exitCode = failed ? 1 : 0;
} else if (name === "sessions" && (option === undefined || option === "--strict")) {
  const report = listingReport(await measureListing());
  for (const line of report.lines) console.log(line);
  process.exitCode = option === "--strict" && !report.meetsTargets ? 1 : 0;
} else if (name === "daemon" && (option === undefined || option === "--strict")) {
  const report = daemonReport(await measureDaemon());
  for (const line of report.lines) console.log(line);
  const failed = option === "--strict" ? !report.meetsTargets : report.broken;
  process.exitCode = failed ? 1 : 0;
} else {
  console.error("usage: pnpm bench relay|sessions|daemon [--strict]");
  process.exitCode = 2;
}
