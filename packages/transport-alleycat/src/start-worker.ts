import { createRequire } from "node:module";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";

/** Starts the thread of the endpoint. */
export function startWorker(): Worker {
  const extension = extname(import.meta.url);
  const url = new URL(`./endpoint-worker${extension}`, import.meta.url);
  // No flags of the main thread: some are not allowed here, none is needed.
  if (extension !== ".ts") return new Worker(url, { execArgv: [] });
  // Only inside this repository: the source needs a loader, the build none.
  const loader = createRequire(url)
    .resolve("tsx/package.json")
    .replace("package.json", "dist/esm/api/index.mjs");
  const [api, entry] = [JSON.stringify(loader), JSON.stringify(url.href)];
  const code = `import(${api}).then(({ register }) => { register(); return import(${entry}); })`;
  // Without the condition, imports of other packages would look for their builds.
  return new Worker(code, { eval: true, execArgv: ["--conditions=@fairlead/source"] });
}
