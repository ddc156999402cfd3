/**
 * Run by Droid before a tool call, with the call on stdin: asks Fairlead, and prints the answer. It
 * waits a day for the user. Whatever goes wrong ends in code 2, with which Droid refuses: not so when
 * Droid ends the hook, for which the settings give it a time that never comes.
 */
import { request } from "node:http";
import process from "node:process";

const { FAIRLEAD_DROID_GATE: url = "", FAIRLEAD_DROID_TOKEN: token = "" } = process.env;

/** @param {string} why */
function refuse(why) {
  process.stderr.write(`Fairlead cannot be asked: ${why}\n`);
  process.exit(2);
}

setTimeout(() => refuse("nobody answered for a day"), 24 * 60 * 60 * 1000).unref();

const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
const asking = request(url, { method: "POST", headers }, (response) => {
  if (response.statusCode !== 200) refuse(`it answered ${response.statusCode}`);
  response.on("error", ({ message }) => refuse(message));
  response.pipe(process.stdout);
});
asking.on("error", ({ message }) => refuse(message));
process.stdin.pipe(asking);
