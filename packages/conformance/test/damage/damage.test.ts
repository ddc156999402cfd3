import { describe, expect, it } from "vitest";
import { type LawName, checkFrames, judgeTranscript } from "@fairlead/conformance/laws";
import { recording, recordings } from "../recorded.ts";
import { askRules } from "./ask-rules.ts";
import type { Damage, DamageRule } from "./damage.ts";
import { itemRules } from "./item-rules.ts";
import { turnRules } from "./turn-rules.ts";
import { codeRules, wireRules } from "./wire-rules.ts";

const seed = Number(process.env["DAMAGE_SEED"] ?? 20_261_121);
const copiesPerRule = 8;
const rules = [...wireRules, ...turnRules, ...itemRules, ...askRules];

/** Recordings of one client: a damaged line is then a damaged stream. */
const goldens = recordings.flatMap((name) => {
  const frames = recording(name);
  return frames.every(({ client = "a" }) => client === "a") ? [{ name, frames }] : [];
});

interface DamagedCopy extends Damage {
  readonly of: string;
}

/** Damaged copies of recordings, as the seed chooses them: first the recording, then the place. */
function damagedCopies(rule: DamageRule): readonly DamagedCopy[] {
  const random = randomOf(`${seed} ${rule.name}`);
  const able = goldens
    .map(({ name, frames }) => ({ name, places: rule.places(frames) }))
    .filter(({ places }) => places.length > 0);
  return Array.from({ length: copiesPerRule }, () => {
    const chosen = pick(able, random);
    return { of: chosen.name, ...pick(chosen.places, random)() };
  });
}

function pick<T>(list: readonly T[], random: () => number): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error("no recording has a place for this rule");
  return one;
}

/** Mulberry32, begun from a text. */
function randomOf(text: string): () => number {
  let state = 7;
  for (let at = 0; at < text.length; at += 1) state = (state * 31 + text.charCodeAt(at)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What is said of the frame that is to blame. */
function blamed({ frames, guilty }: Damage, profile: "fairlead" | "codex"): readonly string[] {
  const lines = ['{"recording":"damaged"}', ...frames.map((one) => JSON.stringify(one))];
  const line = frames.indexOf(guilty) + 2;
  return judgeTranscript(lines.join("\n"), { profile })
    .violations.filter((found) => found.line === line)
    .map(({ law, clause }) => `${law}/${clause}`);
}

describe(`damaged copies (DAMAGE_SEED=${seed})`, () => {
  it.each(rules)("$law/$clause: $name", (rule) => {
    for (const copy of damagedCopies(rule)) {
      const expected = `${rule.law}/${rule.clause}`;
      const where = `a copy of ${copy.of}, frame ${JSON.stringify(copy.guilty)}`;
      expect(blamed(copy, "fairlead"), where).toContain(expected);
      expect(blamed(copy, "codex"), where).toContain(expected);
    }
  });

  it.each(codeRules)("$law/$clause: $name", (rule) => {
    for (const { frames, guilty } of damagedCopies(rule)) {
      const found = checkFrames(frames, { profile: "codex", errorCodes: true });
      const named = found.filter((one) => one.frameIndex === frames.indexOf(guilty));
      expect(named.map(({ law, clause }) => `${law}/${clause}`)).toContain(
        `${rule.law}/${rule.clause}`,
      );
    }
  });

  it("has at least two rules for every law", () => {
    const laws: Readonly<Record<LawName, true>> = {
      envelope: true,
      "turn-once": true,
      "turn-end": true,
      "item-life": true,
      "item-text": true,
      "stable-ids": true,
      schema: true,
      times: true,
      "error-codes": true,
      steer: true,
      "server-request": true,
    };
    const counted = (name: string): number =>
      [...rules, ...codeRules].filter(({ law }) => law === name).length;
    const few = Object.keys(laws).filter((name) => counted(name) < 2);
    expect(few).toEqual([]);
  });

  it("makes the same copies from the same seed", () => {
    const [rule] = rules;
    const text = (): string =>
      JSON.stringify(rule === undefined ? [] : damagedCopies(rule).map(({ frames }) => frames));
    expect(text()).toBe(text());
  });
});
