import { join } from "node:path";
import ts from "typescript";

/** Checks the types of patched packages again and again, each time only what a patch can break. */
export interface TypeChecks {
  /** What the compiler says when these files have these contents, by their path in the folder. */
  readonly problems: (changed: ReadonlyMap<string, string>) => readonly string[];
}

/**
 * Reads the sources of packages once. The first check takes as long as one of the whole.
 *
 * @param folder Holds `packages/…`, unpatched for as long as this is used.
 */
export function typeChecks(folder: string, packages: readonly string[]): TypeChecks {
  const { fileNames, options } = configOf(folder, packages);
  let changed: ReadonlyMap<string, string> = new Map();
  const host = ts.createIncrementalCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (file) => changed.get(file) ?? readFile(file);
  const getSourceFile = host.getSourceFile.bind(host);
  const unchanged = new Map<string, ts.SourceFile | undefined>();
  host.getSourceFile = (file, ...rest) => {
    if (changed.has(file)) return getSourceFile(file, ...rest);
    if (!unchanged.has(file)) unchanged.set(file, getSourceFile(file, ...rest));
    return unchanged.get(file);
  };

  const build = (before?: ts.SemanticDiagnosticsBuilderProgram) =>
    ts.createSemanticDiagnosticsBuilderProgram(fileNames, options, host, before);
  const diagnose = (program: ts.SemanticDiagnosticsBuilderProgram): readonly string[] => {
    const found = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
    return found.map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, " ");
      return file === undefined ? text : `${file.fileName.slice(folder.length + 1)}: ${text}`;
    });
  };

  const whole = build();
  const wrong = diagnose(whole);
  if (wrong.length > 0) throw new Error(`the packages do not compile unpatched: ${wrong[0]}`);
  return {
    problems(files) {
      changed = new Map([...files].map(([path, text]) => [join(folder, path), text]));
      return diagnose(build(whole));
    },
  };
}

function configOf(
  folder: string,
  packages: readonly string[],
): Pick<ts.ParsedCommandLine, "fileNames" | "options"> {
  const include = packages.map((name) => `packages/${name}/src`);
  const config = { extends: "./tsconfig.base.json", include };
  return ts.parseJsonConfigFileContent(config, ts.sys, folder);
}
