/**
 * Name of the variable that marks what a program starts: its watchdog finds by it what has left its
 * process group. Whatever shall outlive the program, such as another daemon, must not carry it.
 */
export const watchVariable = "FAIRLEAD_WATCH";

/**
 * This environment without the mark: for what shall outlive the program that marked it, above all a
 * daemon that somebody starts from inside an agent.
 */
export function unwatched(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== watchVariable,
    ),
  );
}

/** How a watchdog is started. It is told what to watch on its standard input only. */
export interface WatchdogCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Reads `mark NONCE`, `add GROUP`, `del GROUP` and `bye`. At an end without `bye` it kills the groups,
 * and then, until there is none, every process with the mark in its environment. Needs a shell and
 * nothing else; where there is a grep that reads binary files it is faster.
 */
const shellProgram = `
trap '' HUP INT TERM
mark= groups=' '
while IFS=' ' read -r verb value; do
  case $verb in
    mark) mark=$value ;;
    add) groups="$groups$value " ;;
    del) case $groups in *" $value "*) groups="\${groups%% $value *} \${groups#* $value }" ;; esac ;;
    bye) exit 0 ;;
  esac
done
exec 2>/dev/null
for group in $groups; do kill -9 "-$group"; done
test -n "$mark" || exit 0
mark="${watchVariable}=$mark"
carries() {
  while IFS= read -r line || test -n "$line"; do
    case $line in *"$mark"*) return 0 ;; esac
  done <"$1"
  return 1
}
marked() {
  if ! test -r /proc/self/environ; then
    ps -A -E -ww -o pid=,command= | while read -r pid rest; do
      case $rest in *"$mark"*) echo "$pid" ;; esac
    done
  elif printf 'a\\0b' | grep -qaF b; then
    grep -laF "$mark" /proc/[0-9]*/environ
  else
    for file in /proc/[0-9]*/environ; do
      if test -r "$file" && carries "$file"; then echo "$file"; fi
    done
  fi
}
round=0
while test $round -lt 50; do
  found=$(marked)
  test -n "$found" || exit 0
  for pid in $found; do
    pid=\${pid#/proc/}
    kill -9 "\${pid%/environ}"
  done
  round=$((round + 1))
done
`;

/** The same without groups and marks, which Windows has not: it kills the trees of processes. */
const nodeProgram = `
const trees = new Set();
let text = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => {
  const lines = (text + chunk).split("\\n");
  text = lines.pop();
  for (const line of lines) {
    const [verb, value] = line.split(" ");
    if (verb === "add") trees.add(value);
    if (verb === "del") trees.delete(value);
    if (verb === "bye") process.exit();
  }
}).on("end", () => {
  for (const pid of trees) {
    require("node:child_process").spawn("taskkill", ["/PID", pid, "/T", "/F"], { stdio: "ignore", windowsHide: true }).on("error", () => {});
  }
});
`;

/** The watchdog of a platform: a shell of about one MiB, on Windows a node. */
export function watchdogCommand(platform: NodeJS.Platform): WatchdogCommand {
  return platform === "win32"
    ? { file: process.execPath, args: ["-e", nodeProgram] }
    : { file: "/bin/sh", args: ["-c", shellProgram, "fairlead-watchdog"] };
}
