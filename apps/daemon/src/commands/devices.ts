import { type Command, Option } from "commander";
import { roles } from "../devices/principal.ts";
import { dataDirOption } from "./options.ts";

interface DevicesOptions {
  readonly json?: boolean;
  readonly role?: string;
  readonly dataDir?: string;
}

/** `--role`, checked. */
export function roleOption(description: string): Option {
  return new Option("--role <role>", description).choices(roles);
}

/** `fairlead devices`. */
export function addDevices(program: Command): void {
  const devices = program
    .command("devices")
    .description("who may connect, and what each may do")
    .addHelpText("after", "\nExample:\n  $ fairlead devices list");
  devices
    .command("list")
    .description("every device, its role and when it was here")
    .option("--json", "print JSON", false)
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead devices list")
    .action(async ({ dataDir, json = false }: DevicesOptions) => {
      const { commands, call, out } = await load(dataDir);
      await commands.listDevices(call, { json, out });
    });
  devices
    .command("add")
    .description("make a token for a device or script that connects by WebSocket")
    .argument("<name>")
    .addOption(roleOption("default: that of the configuration"))
    .option("--json", "print JSON", false)
    .addOption(dataDirOption())
    .addHelpText("after", '\nExample:\n  $ fairlead devices add "build server" --role view')
    .action(async (name: string, { dataDir, role, json = false }: DevicesOptions) => {
      const { commands, call, out } = await load(dataDir);
      await commands.addDevice(call, { name, role }, { json, out });
    });
  devices
    .command("revoke")
    .description("cut a device off, for good and at once")
    .argument("<device>", "its name or id")
    .addOption(dataDirOption())
    .addHelpText("after", '\nExample:\n  $ fairlead devices revoke "Old phone"')
    .action(async (device: string, { dataDir }: DevicesOptions) => {
      const { commands, call, out } = await load(dataDir);
      await commands.revokeDevice(call, device, out);
    });
  devices
    .command("rename")
    .description("call a device something else")
    .argument("<device>", "its name or id")
    .argument("<name>")
    .addOption(dataDirOption())
    .addHelpText("after", '\nExample:\n  $ fairlead devices rename "Phone 2" Tablet')
    .action(async (device: string, name: string, { dataDir }: DevicesOptions) => {
      const { commands, call, out } = await load(dataDir);
      await commands.renameDevice(call, { device, name }, out);
    });
  devices
    .command("role")
    .description("say what a device may do; it connects anew")
    .argument("<device>", "its name or id")
    .argument("<role>", `one of ${roles.join(", ")}: each may do what the ones before it may`)
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead devices role Pixel approve")
    .action(async (device: string, role: string, { dataDir }: DevicesOptions) => {
      const { commands, call, out } = await load(dataDir);
      await commands.changeRole(call, { device, role }, out);
    });
}

/** `fairlead rotate`. */
export function addRotate(program: Command): void {
  program
    .command("rotate")
    .description("make another pairing token, and cut off every device")
    .option("--json", "print JSON", false)
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead rotate && fairlead pair --qr")
    .action(async ({ dataDir, json = false }: DevicesOptions) => {
      const { commands, call, out } = await load(dataDir);
      await commands.rotateToken(call, { json, out });
    });
}

async function load(dataDir: string | undefined) {
  const commands = await import("../devices/commands.ts");
  const { callOf } = await import("../devices/call.ts");
  return { commands, call: callOf(dataDir), out: process.stdout };
}
