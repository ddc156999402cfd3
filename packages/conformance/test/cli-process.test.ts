import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { TemporaryFolder } from "./cli-run.ts";

const program = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

function run(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const loader = ["--conditions=@fairlead/source", "--import", "tsx", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...loader, ...args], {
    encoding: "utf8",
    input: '{"dir":"recv","frame":{"jsonrpc":"2.0","method":"thread/closed"}}\n',
  });
  return { code: status, out: stdout, err: stderr };
}

describe("the program", () => {
  it("ends with its exit code, reads standard input and knows its version", () => {
    const judged = run("--transcript", "-");
    expect(judged).toMatchObject({ code: 1, err: "" });
    expect(judged.out).toContain("envelope/jsonrpc-key, line 1, frame 0");
    expect(run("--version").out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(run()).toMatchObject({ code: 2, out: "" });
  });

  it("never ends in silence: a bridge that waits for ever is named", () => {
    using folder = new TemporaryFolder();
    folder.write("manifest.json", "{}");
    const bridge = folder.write("bridge.mjs", "export default await new Promise(() => {});");
    const { code, err } = run(bridge, "--fixtures", folder.path);
    expect(code).toBe(2);
    expect(err).toContain(`came to a standstill at loading ${bridge}`);
  });
});
