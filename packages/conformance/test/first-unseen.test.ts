import { expect, it } from "vitest";
import { firstUnseen } from "../src/suite/ways/first-unseen.ts";

const heard = ["begun", "said", "delta", "done"];

it("is what a client misses that follows a thread from its beginning", () => {
  expect(firstUnseen(heard, heard, "at once")).toBeNull();
  expect(firstUnseen(heard, ["begun", "warning", "said", "delta", "done"], "at once")).toBeNull();
  expect(firstUnseen(heard, ["said", "delta", "done"], "at once")).toBe("begun");
  expect(firstUnseen(heard, ["begun", "delta", "said", "done"], "at once")).toBe("delta");
  expect(firstUnseen(heard, [], "at once")).toBe("begun");
});

it("is nothing from before a client came into the middle, and everything behind that", () => {
  expect(firstUnseen(heard, ["said", "delta", "done"], "after a turn")).toBeNull();
  expect(firstUnseen(heard, ["said", "done"], "after a turn")).toBe("delta");
  expect(firstUnseen(heard, ["earlier", "begun", "said"], "after a turn")).toBe("delta");
  expect(firstUnseen(heard, [], "after a turn")).toBe("begun");
});
