import type { SuiteReport } from "../src/suite/report.ts";

/** One of each outcome, with texts that try to leave their place in every format. */
export const sampleReport: SuiteReport = {
  agent: { id: "demo", displayName: "Demo <agent> & co", version: "1.0.0" },
  codexVersion: "0.169.0",
  results: [
    {
      scenario: "text",
      title: "A message arrives whole.",
      needs: [],
      outcome: "passed",
      reason: null,
      ways: [
        { way: "straight", problems: [], durationMs: 120.4 },
        { way: "kill", problems: [], durationMs: 900 },
      ],
    },
    {
      scenario: "command-decline",
      title: "A declined command | does *not* run <b>.",
      needs: ["command", "commandApproval"],
      outcome: "failed",
      reason: null,
      ways: [
        { way: "straight", problems: [], durationMs: 80 },
        {
          way: "kill",
          problems: [
            'expected "declined" & got <completed>\n- a\n+ `b` ```c```',
            "\u001b[31mred\u0000 ]]> \ud800 </pre></details> | end",
          ],
          durationMs: 1500,
        },
      ],
    },
    {
      scenario: "compact",
      title: "A thread is compacted.",
      needs: ["compact"],
      outcome: "unexpected-pass",
      reason: "the agent cannot | yet",
      ways: [{ way: "straight", problems: [], durationMs: 20 }],
    },
    {
      scenario: "plan",
      title: "A plan is shown.",
      needs: ["plan"],
      outcome: "known-failure",
      reason: "steps come <late>",
      ways: [
        { way: "straight", problems: ["no plan"], durationMs: 30 },
        { way: "kill", problems: ["no plan"], durationMs: 30 },
      ],
    },
    {
      scenario: "image",
      title: "An image is read.",
      needs: ["image"],
      outcome: "not-offered",
      reason: 'image: the agent\'s model "sees" nothing',
      ways: [],
    },
  ],
  manifestProblems: ["steer: claimed, yet <never> shown"],
  passed: false,
  durationMs: 65_400,
};

/** A run in which everything that applies passed. */
export const passedReport: SuiteReport = {
  ...sampleReport,
  results: sampleReport.results.filter(({ outcome }) =>
    ["passed", "not-offered"].includes(outcome),
  ),
  manifestProblems: [],
  passed: true,
  durationMs: 870,
};
