/** What the agent does in each beat: from a prompt to the end of its turn. */
export const beats: Readonly<Record<string, string>> = {
  text: "It says `hello world`, streamed, and ends.",
  reasoning: "It thinks, then says something, and ends.",
};
