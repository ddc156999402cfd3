/** What decides which programs run, whoever the agent is. */
const guarded = [".git", ".agents"];

/** A file (absolute) inside a folder that nobody runs or reads as settings; `more` names to guard. */
export function isOrdinaryFile(file: string, folder: string, ...more: readonly string[]): boolean {
  const root = folder.endsWith("/") ? folder : `${folder}/`;
  // Where letters of both sizes are one, `.GIT` is `.git`.
  const names = file.toLowerCase().split("/");
  const isGuarded = ["..", ...guarded, ...more].some((name) => names.includes(name));
  return file.startsWith(root) && !isGuarded;
}
