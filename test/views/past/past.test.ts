import { describe, expect, test } from "vitest";
import { validateMessage } from "../../../sim/slack/blocks/validate.ts";
import type {
  AtAnswer,
  ChangesAnswer,
  DiffAnswer,
  DiffRow,
  HistoryAnswer,
  PastAnswer,
  PastRow,
  WhereAnswer,
} from "../../../src/core/past/answer.ts";
import { wantedOfButton } from "../../../src/slack/payload/wanted.ts";
import { questionOfButton } from "../../../src/slack/payload/payload.ts";
import type { Message } from "../../../src/views/message.ts";
import { pastMessage, pastUnreadable } from "../../../src/views/past.ts";
import type { Release } from "../../../src/core/ledger/release.ts";
import { digest, hour, minute, now } from "../../core/given.ts";
import {
  alice,
  checkout,
  config,
  container,
  end,
  failed,
  healthy,
  nobody,
  release,
  row,
} from "../../core/given-release.ts";
import { transcript } from "../transcript.ts";
import { asked, live, showing } from "./given.ts";

const zone = "Europe/Berlin";
const exactly = (hoursAgo: number) => ({ at: now - hoursAgo * hour, notBefore: null });
const unwatched = { at: now - 10.5 * hour, notBefore: now - 13 * hour };

const current = release();
const moved = past(5, 2, { containers: [container("1.4", [digest("c")])], provenance: nobody });
const [first, second] = [past(9, 8, { end: end(8, { by: "rollback" }) }), past(8, 5, { kind: "rollback" })];

/** One that ended, healthy from a minute after it began. */
function past(from: number, to: number, differs: Partial<Release> = {}): Release {
  return release({
    start: exactly(from),
    end: end(to),
    outcome: healthy(now - from * hour + minute),
    containers: [container("1.4", [digest("a")])],
    ...differs,
  });
}

/** Newest first, each with the one before it. */
function rows(...all: readonly Release[]): readonly PastRow[] {
  return all.map((it, index) => row(it, all[index + 1] ?? null));
}

function history(differs: Partial<HistoryAnswer>): HistoryAnswer {
  return {
    kind: "history",
    service: "checkout",
    environment: "prod",
    rows: [],
    workloads: 1,
    before: null,
    older: null,
    ...differs,
  };
}

function at(...found: AtAnswer["found"]): AtAnswer {
  return { kind: "at", service: "checkout", environment: "prod", at: now - 3 * hour, zone, found };
}

const place = { subject: checkout, cluster: "prod-eu", environments: ["prod"] };
const american = { ...place, subject: { ...checkout, cluster: "uid-prod-us" }, cluster: "prod-us" };

function where(differs: Partial<WhereAnswer>): WhereAnswer {
  return {
    kind: "where",
    what: "bbbbbbbbbbbb",
    as: "digest",
    now: [],
    before: [],
    matches: [],
    more: false,
    ...differs,
  };
}

const [a, b] = [
  { digests: [digest("a")], tag: "1.4.1" },
  { digests: [digest("b")], tag: "1.4.2" },
];
const diffRows: readonly DiffRow[] = [
  { service: "checkout", from: b, to: a, relation: "behind" },
  { service: "search", from: a, to: b, relation: "ahead" },
  {
    service: "mail",
    from: { digests: [digest("a"), digest("c"), digest("d")], tag: null },
    to: b,
    relation: "different",
  },
  { service: "api", from: a, to: { ...b, tag: a.tag }, relation: "different" },
  { service: "ledger", from: { digests: [], tag: "latest" }, to: b, relation: "not known" },
  { service: "canary", from: a, to: null, relation: "only here" },
  { service: "billing", from: null, to: a, relation: "only there" },
  { service: "cart", from: a, to: a, relation: "same" },
];

function diff(all: readonly DiffRow[], page = 0): DiffAnswer {
  return { kind: "diff", from: "staging", to: "prod", rows: all, page };
}

function changes(differs: Partial<ChangesAnswer>): ChangesAnswer {
  return {
    kind: "changes",
    environment: "prod",
    minutes: 90,
    since: now - 90 * minute,
    rows: [],
    after: null,
    ...differs,
  };
}

const cases: Record<string, PastAnswer> = {
  "history/ten releases": history({
    older: now - 20 * hour,
    rows: rows(
      current,
      moved,
      second,
      first,
      past(10, 9, { outcome: failed({ at: now - 9.5 * hour }) }),
      past(11, 10, { start: unwatched, outcome: { state: "unseen" }, containers: [container("1.3", [])] }),
      past(14, 13, { kind: "restart", containers: [container("1.2")], configs: [config("2")] }),
      past(15, 14, { kind: "configuration", containers: [container("1.2")], configs: [config("2")] }),
      past(16, 15, { containers: [container("1.2")], configs: [config("1")] }),
      past(17, 16, { outcome: { state: "pending" }, containers: [container("1.1")] }),
    ),
  }),
  "history/the last page": history({ before: now - 20 * hour, rows: rows(first) }),
  "history/two workloads of one name": history({
    workloads: 2,
    rows: [row(current, null), row(current, moved, american)],
  }),
  "history/failing now": history({ rows: rows(release({ outcome: failed({ earlierMs: hour }) }), first) }),
  "history/deleted": history({ rows: rows(past(5, 2, { end: end(2, { because: "gone", by: null }) })) }),
  "history/nothing": history({}),
  "at/one ran": at({ ...place, was: { kind: "ran", release: moved, until: null } }),
  "at/still in force": at({
    ...place,
    was: { kind: "ran", release: release({ start: unwatched, outcome: healthy(now - 10 * hour) }), until: null },
  }),
  "at/nobody was looking": at({
    ...place,
    was: { kind: "ran", release: moved, until: { at: now - 2 * hour, notBefore: now - 4 * hour } },
  }),
  "at/the digest was not seen": at({
    ...place,
    was: { kind: "ran", release: past(5, 2, { containers: [container("1.4", [])] }), until: null },
  }),
  "at/not healthy yet": at({
    ...place,
    was: { kind: "ran", release: past(5, 2, { outcome: failed(), provenance: nobody }), until: null },
  }),
  "at/the same in two clusters": at(
    { ...place, was: { kind: "ran", release: moved, until: null } },
    { ...american, was: { kind: "ran", release: moved, until: null } },
  ),
  "at/one each": at(
    { ...place, was: { kind: "ran", release: moved, until: null } },
    { ...american, was: { kind: "gone", last: release({ end: end(5, { because: "gone", by: null }) }) } },
    { ...american, was: { kind: "not known", first: now - hour } },
  ),
  "at/not known": at({ ...place, was: { kind: "not known", first: null } }),
  "at/nothing": at(),
  "where/now and before": where({
    now: [row(current, moved)],
    before: [row(second, first, american), row(first, null, { environments: [], cluster: null })],
  }),
  "where/in force on another digest": where({ before: [row(current, moved)] }),
  "where/ran before": where({ what: "v1.4", as: "tag", before: [row(first, null)] }),
  "where/several": where({
    what: "bb",
    now: [row(current, moved)],
    matches: [digest("b"), digest("b").replace("bbbb", "bb00")],
    more: true,
  }),
  "where/nowhere": where({ what: "a1b9f2e", as: "commit" }),
  "diff/all kinds": diff(diffRows),
  "diff/the same": diff(diffRows.slice(-1)),
  "diff/nothing to see": diff([]),
  "changes/some": changes({ rows: rows(current, moved), after: "recent/1" }),
  "changes/none": changes({}),
};

const buttons = (message: Message) =>
  [...message.blocks, ...message.attachments.flatMap((it) => it.blocks)].flatMap((it) =>
    it.type === "actions" ? it.elements : [],
  );

describe("an answer about the past", () => {
  test.each(Object.entries(cases))("%s", async (name, answer) => {
    const message = pastMessage(answer, showing(asked(answer)));
    await expect(transcript(message)).toMatchFileSnapshot(`../snapshots/past/${name.replaceAll(" ", "-")}.txt`);
    expect(validateMessage(message)).toEqual([]);
  });

  test("each button asks a question that the door takes", () => {
    for (const answer of Object.values(cases)) {
      const pressed = buttons(pastMessage(answer, showing(asked(answer)))).map(questionOfButton);
      expect(pressed.length).toBeGreaterThan(0);
      expect(pressed).not.toContain(null);
    }
  });

  test("for everybody it has nothing left to share", () => {
    for (const answer of Object.values(cases)) {
      const message = pastMessage(answer, showing(asked(answer), { shareable: false }));
      expect(JSON.stringify(message)).not.toContain('"share"');
      expect(validateMessage(message)).toEqual([]);
    }
  });

  test("what is not seen live is said, since it is not written down either", () => {
    const sight = [
      live,
      { cluster: "prod-us", freshness: { state: "behind", at: now - hour, because: "refused" } as const },
    ];
    for (const answer of Object.values(cases)) {
      const message = pastMessage(answer, showing(asked(answer), { sight }));
      expect(message.text).toContain("prod-us cannot be seen since 2026-11-23 13:00:00 UTC (1 hour ago): refused.");
      expect(JSON.stringify(message)).toContain(":warning: prod-us cannot be seen");
    }
  });
});

function questions(answer: PastAnswer, question = asked(answer)) {
  return buttons(pastMessage(answer, showing(question, { shareable: false }))).map(questionOfButton);
}

describe("a history", () => {
  const answer = history({ rows: [row(current, moved), row(moved, first), row(first, null, { cluster: null })] });

  test("offers to go back to each release that is over, where its cluster is still ours", () => {
    const message = pastMessage(answer, showing(asked(answer), { restorable: true }));
    const wanted = message.blocks.flatMap((it) => ("accessory" in it ? (wantedOfButton(it.accessory) ?? []) : []));
    expect(wanted).toEqual([
      { environment: "prod", service: "checkout", of: checkout, to: { kind: "release", start: moved.start.at } },
    ]);
    expect(validateMessage(message)).toEqual([]);
  });

  test("offers nothing where rollback is off", () => {
    expect(JSON.stringify(pastMessage(answer, showing(asked(answer))))).not.toContain("Back to this");
  });
});

describe("paging", () => {
  test("of a history leads to what is older, and back to the newest", () => {
    const turn = { kind: "history", service: "checkout", environment: "prod" };
    expect(questions(history({ rows: rows(current), older: 7 }))).toEqual([{ ...turn, before: 7 }]);
    expect(questions(history({ rows: rows(first), before: 7, older: 3 }))).toEqual([
      { ...turn, before: null },
      { ...turn, before: 3 },
    ]);
    expect(questions(history({ rows: rows(first), before: 3 }))).toEqual([{ ...turn, before: null }]);
  });

  test("of changes, too", () => {
    const turn = { kind: "changes", environment: "prod", minutes: 90 } as const;
    expect(questions(changes({ rows: rows(current), after: "x" }))).toEqual([{ ...turn, after: "x" }]);
    expect(questions(changes({ rows: rows(first) }), { ...turn, after: "x" })).toEqual([{ ...turn, after: null }]);
  });

  test("of a comparison shows each service on one page, and any page that is asked for is one of them", () => {
    const many = Array.from(
      { length: 95 },
      (_, it) => ({ service: `service-${it}.`, from: a, to: b, relation: "ahead" }) as const,
    );
    const named = [0, 1, 2].flatMap((page) => [
      ...JSON.stringify(pastMessage(diff(many, page), showing(asked(diff(many))))).matchAll(/\*(service-\d+)\./g),
    ]);
    expect(new Set(named.map(([, it]) => it)).size).toBe(95);
    expect(named.length).toBe(95);
    const turn = { kind: "diff", from: "staging", to: "prod" };
    expect(questions(diff(many, 99))).toEqual([{ ...turn, page: 1 }]);
    expect(questions(diff(many, 1))).toEqual([
      { ...turn, page: 0 },
      { ...turn, page: 2 },
    ]);
  });
});

test("a store that cannot tell does not keep anybody from asking what runs", async () => {
  const message = pastUnreadable("Redis at 127.0.0.1:6379 does not answer.");
  await expect(transcript(message)).toMatchFileSnapshot("../snapshots/past/unreadable.txt");
  expect(validateMessage(message)).toEqual([]);
});

function told(it: Release): string {
  return pastMessage(history({ rows: [row(it, null)] }), showing(asked(history({})))).text;
}

test("of a release that ended while nobody was looking, nobody says that it never was healthy", () => {
  const unseen = past(9, 5, { outcome: { state: "pending" }, end: end(5, { notBefore: now - 7 * hour }) });
  const seen = past(9, 5, { outcome: { state: "pending" } });
  expect(told(unseen)).toMatch(/^checkout in prod: 1 release that I know of\. .* not seen healthy\.$/);
  expect(told(seen)).toMatch(/^checkout in prod: 1 release that I know of; 1 never healthy\. .* never healthy\.$/);
});

test("a release that was rolled back through us says by whom, and why", () => {
  const takenBack = { operator: "Bob", reason: "<!channel> errors" };
  const back = past(9, 5, { outcome: { state: "pending" }, end: { ...end(5, { by: "rollback" }), takenBack } });
  expect(told(back)).toContain(": rolled back by Bob because “&lt;!channel&gt; errors”, never healthy.");
});

function madeBy(provenance: Release["provenance"]): string {
  return JSON.stringify(
    pastMessage(history({ rows: [row(release({ provenance }), null)] }), showing(asked(history({})))),
  );
}

test("who deployed is never made up", () => {
  expect(madeBy(nobody)).toContain("by nobody we know of · commit unknown");
  const guessed = { ...alice, commits: alice.commits.map((it) => ({ ...it, trust: "guessed" as const })) };
  expect(madeBy(guessed)).toContain("commit perhaps ");
});

test("a release that ended while it was healthy says for how long it was", () => {
  const old = release({ start: exactly(9), end: end(5), outcome: healthy(now - 8 * hour) });
  expect(JSON.stringify(pastMessage(history({ rows: [row(old, null)] }), showing(asked(history({})))))).toContain(
    "healthy for 3 hours",
  );
});
