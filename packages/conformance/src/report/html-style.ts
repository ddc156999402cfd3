/** The style of the HTML report. Colours follow the reader's light or dark setting. */
export const style = `
:root { color-scheme: light dark; --line: #d0d7de; --good: #1a7f37; --bad: #b3261e; --soft: #57606a; --block: #f6f8fa; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3d444d; --good: #56d364; --bad: #ff8a80; --soft: #9ea7b3; --block: #161b22; }
}
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; }
h2, h3 { font-size: 1rem; margin: 0.75rem 0 0.25rem; }
.verdict { font-weight: 600; }
.verdict.good, .good { color: var(--good); }
.verdict.bad, .bad { color: var(--bad); }
details { border-top: 1px solid var(--line); padding: 0.5rem 0; }
summary { cursor: pointer; }
summary code { font-weight: 600; }
.outcome { font-size: 0.85rem; padding: 0 0.4rem; border: 1px solid currentColor; border-radius: 0.6rem; color: var(--soft); white-space: nowrap; }
.passed .outcome { color: var(--good); }
.failed .outcome, .unexpected-pass .outcome { color: var(--bad); }
.title { display: block; color: var(--soft); }
.ways span { display: inline-block; margin-right: 1rem; }
pre { background: var(--block); padding: 0.75rem; overflow-x: auto; white-space: pre-wrap; margin: 0 0 0.25rem; }
`;
