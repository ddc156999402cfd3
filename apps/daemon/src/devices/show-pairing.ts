import { callOf } from "./call.ts";
import { pair } from "./pair-command.ts";

/** `fairlead pair --qr`, as a first start shows it. */
export async function showPairing(dataDir: string | undefined): Promise<void> {
  const { stdin: input, stdout: out, stderr: notes } = process;
  await pair(callOf(dataDir), { qr: true, role: null, name: null, input, out, notes });
}
