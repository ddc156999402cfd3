import { type ServiceSpec, markOf, serviceLabel } from "./service-spec.ts";

/**
 * A launch agent of macOS. Throws a sentence for words that XML cannot hold. After a clean end it
 * stays ended until the next login; after any other it is started again.
 */
export function launchAgent(spec: ServiceSpec): string {
  const words = spec.argv.map((word) => `    ${string(word)}\n`);
  const environment = Object.entries(spec.environment).map(
    ([name, value]) => `    <key>${escaped(name)}</key>\n    ${string(value)}\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by fairlead install, removed by fairlead uninstall. ${markOf(spec)} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(serviceLabel)}
  <key>ProgramArguments</key>
  <array>
${words.join("")}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${environment.join("")}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>ExitTimeOut</key>
  <integer>${spec.stopS}</integer>
  <key>StandardOutPath</key>
  ${string(spec.logFile)}
  <key>StandardErrorPath</key>
  ${string(spec.logFile)}
</dict>
</plist>
`;
}

function string(text: string): string {
  return `<string>${escaped(text)}</string>`;
}

function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u.test(text)) {
    throw new Error(`launchd cannot be told of ${JSON.stringify(text)}: it has control characters`);
  }
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}
