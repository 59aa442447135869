import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateMessage, validateUpdate } from "../../../sim/slack/blocks/validate.ts";
import { notifications } from "../../../sim/slack/notifications.ts";
import { openedIn } from "../../../src/core/incident.ts";
import { questionOfButton } from "../../../src/slack/payload/payload.ts";
import { wantedOfButton } from "../../../src/slack/payload/wanted.ts";
import { changeMessage } from "../../../src/views/incident/change.ts";
import { incidentMessage, type IncidentShowing } from "../../../src/views/incident/incident.ts";
import { digest, hour, minute, now } from "../../core/given.ts";
import { checkout, config, container, end, failed, healthy, nobody, release, row } from "../../core/given-release.ts";
import { hostile } from "../hostile.ts";
import { live } from "../past/given.ts";
import { hostileRow } from "../past/hostile-row.ts";
import { transcript } from "../transcript.ts";

const at = (minutesAgo: number) => ({ at: now - minutesAgo * minute, notBefore: null });
const old = release({ start: at(3_000), end: end(0.2), containers: [container("1.4.1", [digest("a")])] });
const bad = row(release({ start: at(12), outcome: failed() }), old);
const search = { ...checkout, name: "search", namespace: "find" };
const reconfigured = row(
  release({
    of: search,
    service: "search",
    kind: "configuration",
    start: at(31),
    configs: [config("2")],
    provenance: nobody,
    outcome: healthy(now),
  }),
  release({ of: search, service: "search", configs: [config("1")] }),
  { environments: ["prod", "prod-eu"] },
);
const over = row(
  release({
    start: at(44),
    end: end(0.2, { by: "deploy" }),
    outcome: { state: "pending" },
    containers: [container("1.4.2-rc", [digest("c")])],
  }),
  old,
);

const young = openedIn("C0INC", now - 5 * minute, now);
const aged = openedIn("C0INC", now - 900 * hour, now);

function showing(differs: Partial<IncidentShowing> = {}): IncidentShowing {
  const environments = ["prod", "prod-eu", "staging"];
  return {
    incident: young,
    rows: [bad, reconfigured, over],
    more: 0,
    environments,
    unrecorded: [],
    sight: [live],
    now,
    ...differs,
  };
}

describe("an incident's channel reads", () => {
  test.each<[string, Partial<IncidentShowing>]>([
    ["what changed", {}],
    ["that nothing changed", { rows: [], environments: ["prod"] }],
    ["that there is more", { rows: [reconfigured], more: 41 }],
    ["that the only change fails", { rows: [bad], environments: ["prod", "staging"] }],
    ["that it is not kept current", { incident: aged, rows: [reconfigured] }],
    ["that it was kept current", { now: now + 24 * hour, rows: [reconfigured] }],
    [
      "what is not in it",
      {
        rows: [],
        sight: [
          { cluster: "prod-eu", freshness: { state: "behind", at: now - 4 * minute, because: "no answer" } },
          { cluster: "prod-us", freshness: { state: "unread", because: null } },
        ],
        unrecorded: ["Nothing is recorded of cluster staging: its identity could not be read."],
      },
    ],
  ])("%s", async (name, differs) => {
    const message = incidentMessage(showing(differs));
    await expect(transcript(message)).toMatchFileSnapshot(`../snapshots/incident/${name.replaceAll(" ", "-")}.txt`);
    expect(validateMessage(message)).toEqual([]);
  });

  test("each change as it comes", async () => {
    const message = changeMessage(bad, now);
    await expect(transcript(message)).toMatchFileSnapshot("../snapshots/incident/a-change.txt");
    expect(validateMessage(message)).toEqual([]);
  });
});

test("the same facts are told in the same words a minute later, so that nothing is edited for nothing", () => {
  expect(incidentMessage(showing({ now: now + minute }))).toEqual(incidentMessage(showing()));
  expect(changeMessage(over, now + minute)).toEqual(changeMessage(over, now));
});

const pressed = (message: ReturnType<typeof changeMessage>) =>
  message.blocks.flatMap((it) => (it.type === "actions" ? it.elements : []));

describe("what can be pressed", () => {
  test("asks about that service, and offers to take back what is in force", () => {
    const [details, history, back] = pressed(changeMessage(bad, now));
    expect(questionOfButton(details)).toEqual({ kind: "service", service: "checkout", environment: "prod" });
    expect(questionOfButton(history)).toMatchObject({ kind: "history", service: "checkout", environment: "prod" });
    expect(wantedOfButton(back)).toEqual({ environment: "prod", service: "checkout", of: checkout, to: null });
  });

  test("is no rollback of what is over", () => {
    expect(pressed(changeMessage(over, now))).toHaveLength(2);
  });
});

test("whatever somebody wrote into a cluster pings nobody, and Slack takes it", () => {
  fc.assert(
    fc.property(
      fc.array(hostileRow, { maxLength: 10 }),
      fc.array(hostile, { minLength: 1, maxLength: 6 }),
      hostile,
      (rows, names, word) => {
        const sight = [{ cluster: word, freshness: { state: "behind", at: now, because: word } as const }];
        const list = incidentMessage(showing({ rows, environments: names, sight, unrecorded: [word] }));
        for (const message of [list, ...rows.slice(0, 2).map((it) => changeMessage(it, now))]) {
          expect(validateUpdate(message)).toEqual([]);
          const { mentions, links } = notifications(message);
          expect(mentions).toEqual([]);
          expect(links.filter((it) => !/^https?:/.test(it.target))).toEqual([]);
        }
      },
    ),
    { numRuns: 150 },
  );
});
