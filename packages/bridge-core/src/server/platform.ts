import { platform } from "node:os";

/** The system as `initialize` tells of it, in codex's words. */
export function ownPlatform(): { readonly platformFamily: string; readonly platformOs: string } {
  const system = platform();
  return {
    platformFamily: system === "win32" ? "windows" : "unix",
    platformOs: system === "darwin" ? "macos" : system === "win32" ? "windows" : system,
  };
}
