import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a real Droid of a test lives, and what it talks to. */
export interface DroidEnvironmentOptions {
  /** A folder of the test's own; Droid keeps its configuration and sessions in it. */
  readonly home: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/**
 * Writes the configuration that makes a real Droid run offline against the mock LLM, with the models
 * `custom:mock-model-0`, which is the default, `custom:mock-other-0`, and `custom:mock-patch-0`,
 * which changes files by patches; returns the environment variables to lay over the caller's own
 * `PATH`. {@link droidProject} gives a folder its own mock.
 */
export async function droidEnvironment(
  options: DroidEnvironmentOptions,
): Promise<Readonly<Record<string, string>>> {
  const { home, mockUrl } = options;
  await writeSettings(home, {
    // Else it waits for its servers whenever it ends or gives a session a name.
    cloudSessionSync: false,
    // A conversation moves only into a folder the user has said to trust.
    trustedFolders: { "/": { trustedAt: "2026-01-01T00:00:00.000Z" } },
    sessionDefaultSettings: { model: "custom:mock-model-0", reasoningEffort: "medium" },
    customModels: models(mockUrl),
  });
  return {
    HOME: home,
    USERPROFILE: home,
    SHELL: "/bin/bash",
    FACTORY_DROID_AUTO_UPDATE_ENABLED: "false",
  };
}

/** Sends what Droid does in a folder to another mock than its home says. */
export async function droidProject(folder: string, mockUrl: string): Promise<void> {
  await writeSettings(folder, { customModels: models(mockUrl) });
}

async function writeSettings(folder: string, settings: unknown): Promise<void> {
  await mkdir(join(folder, ".factory"), { recursive: true });
  await writeFile(join(folder, ".factory", "settings.json"), JSON.stringify(settings));
}

function models(mockUrl: string): readonly Readonly<Record<string, unknown>>[] {
  return [
    model("mock-model", mockUrl),
    model("mock-other", mockUrl),
    { ...model("mock-patch", mockUrl), fileEditToolProfile: "apply-patch" },
  ];
}

function model(name: string, mockUrl: string): Readonly<Record<string, unknown>> {
  return {
    model: name,
    displayName: name,
    // Of the three APIs it speaks, the one in which it names the effort and takes images.
    provider: "openai",
    baseUrl: `${mockUrl}/v1`,
    apiKey: "dummy",
    // Without one it offers no efforts.
    reasoningEffort: "medium",
    maxContextLimit: 200_000,
  };
}
