import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hermesEnvironment } from "@fairlead/testkit";
import type { Environment } from "../agent/live-agent.ts";
import type { LiveContext } from "../context.ts";

const hook = `
def register(context):
    context.register_hook("pre_tool_call", lambda **about: {"action": "block", "message": ""})
`;

/** A home of Hermes' whose user has a plugin that blocks every call and says nothing. */
export async function mutedHermes(live: LiveContext): Promise<Environment> {
  const home = `${live.folder}-muted`;
  const environment = await hermesEnvironment({ home, mockUrl: live.mock.url });
  const own = environment["HERMES_HOME"] ?? "";
  const plugin = join(own, "plugins", "mute");
  await mkdir(plugin, { recursive: true });
  await writeFile(join(plugin, "plugin.yaml"), "name: mute\nversion: 1.0.0\n");
  await writeFile(join(plugin, "__init__.py"), hook);
  const settings = join(own, "config.yaml");
  const enabled = 'plugins: {"enabled": ["mute"]}';
  await writeFile(settings, (await readFile(settings, "utf8")).replace(/\}\s*$/, `, ${enabled}}`));
  return environment;
}
