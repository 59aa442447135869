import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Release } from "../../../src/core/ledger/release.ts";
import { stepOf } from "../../../src/core/ledger/step.ts";
import { thenOf } from "../../../src/core/past/then.ts";
import type { Config, EpochMs, Revision } from "../../../src/core/workload.ts";
import * as given from "../given.ts";
import { config, observe } from "./story.ts";

/** What happens to a Deployment, and whether somebody looks right after it. */
type Event = {
  readonly what: "deploy" | "back" | "restart" | "configure" | "nothing";
  readonly afterMs: number;
  readonly looks: "at once" | "not yet" | "late";
};

const event: fc.Arbitrary<Event> = fc.record({
  what: fc.constantFrom("deploy", "back", "restart", "configure", "nothing"),
  afterMs: fc.integer({ min: 70_000, max: 5_000_000 }),
  looks: fc.constantFrom("at once", "not yet", "late"),
});

const configs = [{ kind: "ConfigMap", name: "checkout-config" }] as const;

/** A Deployment as its controller keeps it: one ReplicaSet for each template, numbered anew when it comes back. */
function createDeployment(start: EpochMs) {
  const templates = [given.template(given.image("v1"), { configs })];
  let revisions: readonly Revision[] = [made(1, 0, start)];
  let settings: Config = config({ createdAt: start });
  const truth: { at: EpochMs; template: number; version: string }[] = [{ at: start, template: 0, version: "100" }];

  function made(number: number, template: number, at: EpochMs): Revision {
    const found = templates[template];
    return given.revision(number, {
      uid: `replicaset-${template}`,
      name: `checkout-${template}`,
      createdAt: at,
      ...(found && { template: found }),
    });
  }

  function rollTo(template: number, at: EpochMs): void {
    const number = Math.max(...revisions.map((it) => it.number)) + 1;
    const old = revisions.find((it) => it.uid === `replicaset-${template}`);
    const key = "deployment.kubernetes.io/revision-history";
    const before = old && [old.notes[key], String(old.number)].filter((it) => it !== undefined).join(",");
    const revision = old
      ? { ...old, number, returned: true, notes: { [key]: before ?? "" } }
      : made(number, template, at);
    revisions = [...revisions.filter((it) => it !== old), revision];
    truth.push({ at, template, version: settings.version });
  }

  return {
    truth,
    scene: (now: EpochMs) => ({ revisions, configs: [settings], now }),
    happen(what: Event["what"], at: EpochMs): void {
      const current = truth.at(-1)?.template ?? 0;
      switch (what) {
        case "deploy":
        case "restart": {
          const notes = { "kubectl.kubernetes.io/restartedAt": String(at) };
          const image = given.image(what === "deploy" ? `v${templates.length + 1}` : `v${current + 1}`);
          templates.push(given.template(image, { configs, ...(what === "restart" && { notes }) }));
          return rollTo(templates.length - 1, at);
        }
        case "back": {
          const before = truth.findLast((it) => it.template !== current)?.template;
          return before === undefined ? undefined : rollTo(before, at);
        }
        case "configure":
          settings = { ...settings, version: String(Number(settings.version) + 1), changedAt: at };
          truth.push({ at, template: current, version: settings.version });
          return;
        case "nothing":
          return;
      }
    },
  };
}

function live(events: readonly Event[]) {
  let now = given.now - 365 * 24 * given.hour;
  const deployment = createDeployment(now);
  let current: Release | null = null;
  const ended: Release[] = [];
  let awake = now;

  function look(missedSince: EpochMs | null): void {
    const seen = observe(deployment.scene(now));
    const step = seen && stepOf(current, seen, { missedSince, now });
    ended.push(...(step?.ended ?? []));
    current = step?.current ?? current;
    awake = now;
    const again = seen && stepOf(current, seen, { missedSince: null, now });
    if (again !== null) throw new Error("a second look at the same scene told something new");
  }

  look(null);
  for (const { what, afterMs, looks } of events) {
    const missed = awake;
    now += Math.floor(afterMs / 1000) * 1000;
    deployment.happen(what, now);
    if (looks === "not yet") continue;
    if (looks === "late") now += 40_000;
    look(looks === "at once" && awake === missed && missed === now - Math.floor(afterMs / 1000) * 1000 ? null : missed);
  }
  look(awake);
  if (current === null) throw new Error("nothing was written");
  const all: readonly Release[] = [...ended, current];
  return { all, truth: deployment.truth };
}

/** Each run of a template once, however many releases it has. */
function runs(of: readonly { readonly template: string }[]): readonly string[] {
  return of.map((it) => it.template).filter((it, at, every) => it !== every[at - 1]);
}

describe("whatever happens to a workload, and whenever somebody looks", () => {
  const lives = fc.array(event, { maxLength: 12 });

  test("its releases follow each other without a gap, each under a time of its own", () => {
    fc.assert(
      fc.property(lives, (events) => {
        const { all } = live(events);
        for (const [index, release] of all.entries()) {
          const next = all[index + 1];
          expect(release.end === null).toBe(next === undefined);
          if (!next) continue;
          expect(next.start.at).toBeGreaterThan(release.start.at);
          expect(release.end).toEqual({ ...next.start, because: "replaced", by: next.kind });
        }
      }),
    );
  });

  test("no run of a revision is missing, and none is told twice", () => {
    fc.assert(
      fc.property(lives, (events) => {
        const { all, truth } = live(events);
        const told = all.map((it) => ({ template: it.revision.uid }));
        expect(runs(told)).toEqual(runs(truth.map((it) => ({ template: `replicaset-${it.template}` }))));
      }),
    );
  });

  test("what it says of any moment is true, or said to be uncertain", () => {
    fc.assert(
      fc.property(lives, fc.nat(20), fc.constantFrom(-1, 0, 1, 20_000, 60_000), (events, pick, offset) => {
        const { all, truth } = live(events);
        const at = (truth[pick % truth.length]?.at ?? 0) + offset;
        const release = all.findLast((it) => it.start.at <= at);
        const really = truth.findLast((it) => it.at <= at);
        const said = release && thenOf(release, at);
        if (said?.kind !== "ran" || said.until !== null) return;
        expect(said.release.revision.uid).toBe(`replicaset-${really?.template}`);
      }),
    );
  });
});
