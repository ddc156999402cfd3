import { link, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../../control/command-error.ts";
import { daemonIsRunning } from "../../control/client.ts";
import { invalid } from "../change.ts";
import { type ConfigCommandOptions, placeOf } from "../command/place.ts";
import { ensureConfigFile, readConfigText } from "../load.ts";
import { namedKey, setKey, valueOf } from "../named-key.ts";
import { type Paths, ownPathSource } from "../paths.ts";
import { isErrno, privateFolder, writeAtomically } from "../private-files.ts";
import { type ReadOptions, parseToml, readConfig } from "../read.ts";
import type { Table } from "../reading.ts";
import { type AlleycatFiles, alleycatPlaces, filesOf } from "./find-alleycat.ts";
import { takeSettings } from "./settings.ts";

/** Options of `fairlead import alleycat`. */
export interface ImportOptions extends ConfigCommandOptions {
  /** Folder with `host.toml`, `host.key` or both. */
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** One thing to write. */
interface Step {
  readonly sentence: string;
  readonly run: () => Promise<void>;
}

/**
 * `fairlead import alleycat`: takes over identity, pairing token and settings, so that paired phones
 * find this daemon. Alleycat's own files are only read. What is here already is replaced only with
 * `--force`, and a copy of it is kept.
 */
export async function importAlleycat(options: ImportOptions): Promise<void> {
  const { paths, read } = placeOf(options);
  const force = options.force === true;
  const files = await findOne(options.from);
  const { command, configFile } = files.place;
  const theirs = tableOf(files);
  const identity = await identityStep(paths, files, force);
  const token = await tokenStep(paths, read, theirs, force);
  await (options.dryRun === true ? Promise.resolve() : ensureConfigFile(paths, read.agents));
  const ours = await readConfigText(paths.configFile).catch((error: unknown) => {
    if (options.dryRun === true) return "";
    throw error;
  });
  const reading = readConfig(ours, read);
  if (!reading.ok) throw invalid(paths.configFile, reading.problems, "Nothing was imported");
  const settings = takeSettings(token.inConfig(ours), theirs, { ...read, force });
  const steps = [...identity, ...token.steps];
  if (settings.text !== ours) {
    const names = [...token.keys, ...settings.taken].join(", ");
    const run = async (): Promise<void> => await writeAtomically(paths.configFile, settings.text);
    steps.push({ sentence: `${names} in ${paths.configFile}`, run });
  }
  if (options.dryRun !== true) for (const { run } of steps) await run();
  const verb = options.dryRun === true ? "Would take over" : "Taken over";
  const lines = [
    `Alleycat's files: ${files.config === null ? files.place.keyFile : configFile}`,
    ...steps.map(({ sentence }) => `${verb}: ${sentence}.`),
    ...(steps.length === 0 ? ["Everything was taken over before."] : []),
    "",
    "What differs here:",
    "  Approvals are on: agents ask before what needs leave. To let the clients of an agent",
    "  switch that off: fairlead config set agents.NAME.approvals auto",
    "  Each device gets a key of its own, which can be revoked: fairlead devices",
    ...[...token.remarks, ...settings.remarks].map((remark) => `  ${remark}`),
    ...(await nextSteps(paths, command)),
  ];
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

async function nextSteps(paths: Paths, command: string): Promise<readonly string[]> {
  const start = (await daemonIsRunning(paths)) ? "fairlead restart" : "fairlead";
  return [
    "",
    "Two programs cannot share an identity. End Alleycat, then start Fairlead:",
    `  ${command} uninstall; ${command} stop`,
    `  ${start}`,
  ];
}

async function findOne(from: string | undefined): Promise<AlleycatFiles> {
  const places =
    from === undefined
      ? alleycatPlaces(ownPathSource(undefined))
      : [
          {
            command: "alleycat",
            configFile: join(resolve(from), "host.toml"),
            keyFile: join(resolve(from), "host.key"),
          },
        ];
  const [files, other] = await filesOf(places);
  if (files === undefined) {
    const looked = places.flatMap(({ configFile, keyFile }) => [configFile, keyFile]);
    const hint = "name the folder of its host.toml or host.key with --from";
    throw new CommandError(
      "failed",
      `There is no Alleycat here: ${hint}. Looked for:\n  ${looked.join("\n  ")}`,
    );
  }
  if (other === undefined) return files;
  const folders = [files, other].map(({ place }) => dirname(place.configFile)).join(" and ");
  throw new CommandError("usage", `There are two of them, ${folders}: choose one with --from.`);
}

function tableOf({ config, place }: AlleycatFiles): Table {
  if (config === null) return {};
  const parsed = parseToml(config);
  if ("table" in parsed) return parsed.table;
  throw invalid(place.configFile, [parsed.problem], "Nothing was imported");
}

async function identityStep(
  { identityFile }: Paths,
  { key, place }: AlleycatFiles,
  force: boolean,
): Promise<readonly Step[]> {
  if (key === null) return [];
  const theirs = key.trim();
  if (!/^[0-9a-f]{64}$/u.test(theirs)) {
    throw new CommandError("failed", `${place.keyFile} holds no key: nothing was imported.`);
  }
  const ours = await kept(identityFile);
  if (ours?.trim() === theirs) return [];
  if (ours !== null && !force) {
    const loss = "phones paired with Fairlead would no longer find this machine";
    throw new CommandError(
      "refused",
      `Fairlead has an identity of its own, and ${loss}. To replace it, and keep a copy: --force. Nothing was imported.`,
    );
  }
  const backup = ours === null ? "" : `; the one before is in ${identityFile}.before-import`;
  const sentence = `the identity of this machine, from ${place.keyFile}${backup}`;
  return [{ sentence, run: () => replace(identityFile, theirs) }];
}

interface TokenPlan {
  readonly steps: readonly Step[];
  /** Keys of `host.toml` that it sets. */
  readonly keys: readonly string[];
  readonly inConfig: (text: string) => string;
  /** What was not taken over, and why. */
  readonly remarks: readonly string[];
}

/** Ours are 64 hex digits in a file; another one has to stand in `host.toml`, as it did there. */
async function tokenStep(
  { tokenFile, configFile }: Paths,
  read: ReadOptions,
  theirs: Table,
  force: boolean,
): Promise<TokenPlan> {
  const none = { steps: [], keys: [], inConfig: (text: string) => text, remarks: [] };
  const { token } = theirs;
  const key = namedKey("token", read.agents);
  if (typeof token !== "string" || token === "" || typeof key === "string") return none;
  const config = parseToml(await readConfigText(configFile).catch(() => ""));
  const written = "table" in config ? valueOf(key, config.table) : null;
  if (written?.value === token) return none;
  if (written?.isSet === true && !force) {
    throw new CommandError(
      "refused",
      "host.toml holds another token. To replace it: --force. Nothing was imported.",
    );
  }
  if (written?.isSet !== true && /^[0-9a-f]{64}$/u.test(token)) {
    if ((await kept(tokenFile))?.trim() === token) return none;
    const sentence = "the pairing token, so that its QR code still works";
    return { ...none, steps: [{ sentence, run: () => replace(tokenFile, token) }] };
  }
  const alone = setKey("", key, token);
  const reading = "text" in alone ? readConfig(alone.text, read) : null;
  if (reading?.ok !== true) {
    const why = reading?.problems.map(({ message }) => message).join("; ") ?? "it is no text";
    return { ...none, remarks: [`token: not taken over: ${why}`] };
  }
  return {
    ...none,
    keys: ["token"],
    inConfig(text) {
      const edited = setKey(text, key, token);
      return "text" in edited ? edited.text : text;
    },
  };
}

async function kept(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Writes a secret of one line. What was there is kept beside it. */
async function replace(file: string, secret: string): Promise<void> {
  await privateFolder(dirname(file));
  const backup = `${file}.before-import`;
  await rm(backup, { force: true });
  await link(file, backup).catch((error: unknown) => {
    if (!isErrno(error, "ENOENT")) throw error;
  });
  await writeAtomically(file, `${secret}\n`);
}
