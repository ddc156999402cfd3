import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { UserInput } from "@fairlead/codex-proto";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { imageSource } from "./images.ts";
import { asCommand } from "./user-input.ts";

/** A piece of the user's input, as every agent takes it. */
export type InputPart =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "image";
      readonly mediaType: string;
      readonly base64: string;
      /** The same as a data URL. */
      readonly url: string;
      /** Name of the file it comes from, if any. */
      readonly name: string | null;
    }
  | { readonly type: "imageUrl"; readonly url: string }
  /** A file, a folder, or what a client calls so; `path` as the client gave it. */
  | { readonly type: "mention"; readonly name: string; readonly path: string };

/**
 * The user's input with images read and skills as the commands they are. Rejects, naming it, when
 * one cannot be sent to `agent`.
 */
export function inputParts(
  agent: string,
  input: readonly UserInput[],
  { files }: Pick<BridgeHost, "files">,
): Promise<readonly InputPart[]> {
  return Promise.all(asCommand(input).map((part) => inputPart(agent, part, files)));
}

/**
 * The same for agents that take one text, with mentions as paths behind a `mark` (default `@`), and
 * images beside it.
 */
export async function wordsAndImages(
  agent: string,
  input: readonly UserInput[],
  host: Pick<BridgeHost, "files">,
  mark = "@",
): Promise<{
  readonly text: string;
  readonly images: readonly Extract<InputPart, { type: "image" }>[];
}> {
  const parts = await inputParts(agent, input, host);
  if (parts.some(({ type }) => type === "imageUrl")) {
    const message = `${agent} takes no image by URL: send the image itself`;
    throw new BridgeError("unsupported", message);
  }
  const words = parts.flatMap((part) => {
    if (part.type === "text") return [part.text];
    return part.type === "mention" ? [mark + part.path] : [];
  });
  return { text: words.join("\n"), images: parts.filter((part) => part.type === "image") };
}

async function inputPart(
  agent: string,
  part: UserInput,
  files: BridgeHost["files"],
): Promise<InputPart> {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
    case "localImage": {
      const image = await imageSource(part, files);
      if ("url" in image) return { type: "imageUrl", ...image };
      const name = part.type === "localImage" ? basename(part.path) : null;
      const url = `data:${image.mediaType};base64,${image.base64}`;
      return { type: "image", name, url, ...image };
    }
    case "skill":
      return { type: "text", text: `/${part.name}` };
    case "mention":
      return { type: "mention", name: part.name, path: part.path };
    case "audio":
    case "localAudio":
      throw new BridgeError("unsupported", `${agent} takes no audio`);
  }
}

/** The file or folder that is mentioned; null for what is neither (an app, a plugin). */
export async function mentionedFile(
  path: string,
  cwd: string,
  { files }: Pick<BridgeHost, "files">,
): Promise<{ readonly url: string; readonly name: string; readonly isFolder: boolean } | null> {
  if (/^\w+:\/\//.test(path)) return null;
  const whole = resolve(cwd, path);
  const isFolder = await files.list(whole).then(
    () => true,
    () => false,
  );
  return { url: pathToFileURL(whole).href, name: basename(whole), isFolder };
}
