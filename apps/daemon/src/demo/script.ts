/** What the demo makes an agent do: say something, run a command, write a file. */
export const file = "greeting.txt";

/** What the agent shall write into {@link file}. */
export const body = "Hello from Fairlead";

const command = 'echo "two and two is $((2 + 2))"';

/** How the prompt has to be worded: for the demo agent, for the scripted model, for a real one. */
export type Wording = "demo" | "mock" | "real";

/** The prompt of the demo's one turn. With `kill`, the command kills the agent instead. */
export function promptOf(wording: Wording, kill: boolean): string {
  const run = kill ? "kill -9 $PPID" : command;
  switch (wording) {
    case "demo":
      return `Good morning! ;; run: ${run} ;; write: ${file} = ${body}`;
    case "mock":
      return `run: ${run} ;; write: ${file} = ${body} ;; say: All done.`;
    case "real":
      return (
        `Say good morning in a few words. Then run the shell command \`${run}\`, whatever it ` +
        `does. Then create the file ${file} with the one line "${body}". Do nothing else.`
      );
  }
}
