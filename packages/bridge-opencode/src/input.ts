import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { imageSource } from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import { basename, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";

type Part = Readonly<Record<string, JsonValue>>;

/** The parts of a message to OpenCode. Rejects, naming it, when one cannot be sent. */
export async function partsOf(
  input: readonly UserInput[],
  cwd: string,
  host: BridgeHost,
): Promise<readonly Part[]> {
  return (await Promise.all(input.map((part) => partOf(part, cwd, host)))).flat();
}

async function partOf(part: UserInput, cwd: string, host: BridgeHost): Promise<Part[]> {
  switch (part.type) {
    case "text":
      return [text(part.text)];
    case "image":
    case "localImage": {
      const image = await imageSource(part, host.files);
      const filename = part.type === "localImage" ? { filename: basename(part.path) } : {};
      if ("url" in image) return [{ type: "file", mime: "image/png", url: image.url }];
      const { mediaType: mime, base64 } = image;
      return [{ type: "file", mime, url: `data:${mime};base64,${base64}`, ...filename }];
    }
    case "skill":
      return [text(`/${part.name}`)];
    case "mention": {
      // What is no file (an app, a plugin) is no more than its name.
      if (/^\w+:\/\//.test(part.path)) return [text(`@${part.name}`)];
      const path = isAbsolute(part.path) ? part.path : resolve(cwd, part.path);
      const isFolder = await host.files.list(path).then(
        () => true,
        () => false,
      );
      const mime = isFolder ? "application/x-directory" : "text/plain";
      const url = pathToFileURL(path).href;
      return [text(`@${part.path}`), { type: "file", mime, url, filename: basename(path) }];
    }
    case "audio":
    case "localAudio":
      throw new BridgeError("unsupported", "OpenCode takes no audio");
  }
}

function text(words: string): Part {
  return { type: "text", text: words };
}
