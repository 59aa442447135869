import { expect, test } from "vitest";
import { createAsking } from "../../src/flows/ask.ts";
import * as given from "../core/given.ts";
import { viewOf } from "../core/look.ts";
import { recallsNothing } from "./remembered.ts";

const revision = given.revision(1);
const { about, ask } = createAsking({
  view: viewOf([given.workload(), revision, ...given.pods(3, revision)]),
  clusters: [],
  environments: [
    { name: "prod", aliases: [], places: [{ cluster: "prod-eu", namespaces: ["shop"] }] },
    { name: "far", aliases: [], places: [{ cluster: "far", namespaces: null }] },
  ],
  default: "prod",
  links: {},
  aliases: given.noAliases,
  recall: recallsNothing,
  clock: { now: () => given.now, sleep: async () => {} },
});

test("a message that names one thing is answered, for its reader", async () => {
  const message = await about("checkout is slow again");
  expect(message.text).toMatch(/^checkout in prod: all 3 pods/);
  expect(JSON.stringify(message)).toContain('"share"');
});

test("a message that quotes a digest is answered with what runs it", async () => {
  expect((await about(`who runs ghcr.io/acme/x@${given.digest("a")}?`)).text).toMatch(/^checkout in prod: all 3 pods/);
});

test("a message that names several things gets a choice", async () => {
  const message = await about("prod or far?");
  expect(message.text).toBe(
    "That message names more than one thing. Did you mean everything in prod, or everything in far?",
  );
  expect(JSON.stringify(message.blocks)).toContain('"ask_1"');
});

test("a message that names nothing is told what was looked for, and where nobody could look", async () => {
  expect((await about("lunch?")).text).toBe(
    "I see nothing in that message that I know. I looked for services, for environments (prod, far) and for digests. far is still being read for the first time.",
  );
  expect((await about("sha256:deadbeef")).text).toContain("Nothing that I see runs sha256:deadbeef.");
});

test("an answer for the channel has nothing to share", async () => {
  expect(JSON.stringify(await ask("checkout", "channel"))).not.toContain('"share"');
});
