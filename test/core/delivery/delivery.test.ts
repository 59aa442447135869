import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Delivery, newDelivery, type Place, placeOf, printOf, root } from "../../../src/core/delivery/delivery.ts";
import { type Effect, nextEffect, type Wanted } from "../../../src/core/delivery/next.ts";
import { afterwards, type Came, intending, sighted } from "../../../src/core/delivery/outcome.ts";

const wanted = (print: string, ...replies: readonly string[]): Wanted => ({
  parts: [root, ...replies].map((name) => ({ name, print, everyMs: 3_000 })),
  next: null,
});

type Doing = Exclude<Effect, { do: "rest" }>;
type Trouble = "none" | "killed before" | "killed after" | "unknown, done" | "unknown, not done" | "limited";
const troubles: readonly Trouble[] = [
  "none",
  "killed before",
  "killed after",
  "unknown, done",
  "unknown, not done",
  "limited",
];

/** A channel, and deliverers of one record that trouble befalls in this order. */
function createChannel({ readable }: { readable: boolean }) {
  const messages: { part: string; ts: string; print: string; pointed: boolean }[] = [];
  let delivery: Delivery = newDelivery(0);
  let now = 0;
  const edits: { ts: string; at: number }[] = [];

  function done(effect: Doing, { parts }: Wanted): Came {
    const print = parts.find((it) => it.name === effect.part)?.print ?? "";
    switch (effect.do) {
      case "post": {
        const ts = String(messages.length + 1);
        messages.push({ part: effect.part, ts, print, pointed: false });
        return { kind: "posted", place: { channel: "C", ts }, print };
      }
      case "edit":
      case "point": {
        edits.push({ ts: effect.at.ts, at: now });
        const found = messages.find((it) => it.ts === effect.at.ts);
        if (found) Object.assign(found, effect.do === "point" ? { pointed: true } : { print });
        return { kind: "edited", print };
      }
      case "look": {
        if (!readable) return { kind: "refused", what: "place" };
        const places = messages.filter((it) => it.part === effect.part).map(({ ts }): Place => ({ channel: "C", ts }));
        return { kind: "found", places };
      }
    }
  }

  function step(of: Wanted, trouble: Trouble): "rests" | "goes on" {
    const effect = nextEffect(delivery, of, now);
    if (effect.do === "rest") {
      if (effect.until === null) return "rests";
      now = Math.max(effect.until, now + 1);
      return "goes on";
    }
    delivery = intending(delivery, effect, now, now + 10_000);
    if (trouble === "killed before" || trouble === "killed after") {
      if (trouble === "killed after") done(effect, of);
      now += 10_000; // until its lease is over
      return "goes on";
    }
    const isDone = trouble === "none" || trouble === "unknown, done";
    const answer = isDone ? done(effect, of) : null;
    const unknown: Came = trouble === "limited" ? { kind: "not now", retryAfterMs: 1_000 } : { kind: "unknown" };
    const came = trouble === "none" && answer ? answer : unknown;
    const after = afterwards(delivery, effect, came, now);
    delivery = after.delivery;
    now = Math.max(now + 1, after.again ?? 0);
    return "goes on";
  }

  return {
    messages,
    edits,
    step,
    finish(of: Wanted) {
      for (let steps = 0; steps < 200; steps += 1) if (step(of, "none") === "rests") return;
      throw new Error("it never comes to rest");
    },
    sight: (part: string, place: Place) => void (delivery = sighted(delivery, part, place)),
    place: (part: string) => placeOf(delivery, part),
  };
}

const story = fc.array(fc.record({ trouble: fc.constantFrom(...troubles), print: fc.constantFrom("a", "b", "c") }), {
  maxLength: 30,
});

describe("telling one record", () => {
  test("where the history can be read, each part stands there once and says what is", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const channel = createChannel({ readable: true });
        for (const { trouble, print } of steps) channel.step(wanted(print, "failure"), trouble);
        channel.finish(wanted("final", "failure"));
        expect(channel.messages.filter((it) => !it.pointed).map((it) => [it.part, it.print])).toEqual([
          [root, "final"],
          ["failure", "final"],
        ]);
        expect(channel.messages).toHaveLength(2);
      }),
    );
  });

  test("where it cannot, it is said again at most once for each time that nobody learnt what came of it", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const channel = createChannel({ readable: false });
        let lost = 0;
        for (const { trouble, print } of steps) {
          const before = channel.messages.length;
          channel.step(wanted(print, "failure"), trouble);
          const isPosted = channel.messages.length > before;
          if (isPosted && trouble !== "none") lost += 1;
        }
        channel.finish(wanted("final", "failure"));
        expect(channel.messages.length).toBeLessThanOrEqual(2 + lost);
        for (const part of [root, "failure"]) {
          const kept = channel.messages.find((it) => it.part === part && it.ts === channel.place(part)?.ts);
          expect(kept?.print).toBe("final");
        }
      }),
    );
  });

  test("edits of one message keep their distance", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const channel = createChannel({ readable: true });
        for (const { print } of steps) channel.step(wanted(print), "none");
        channel.finish(wanted("final"));
        const gaps = channel.edits.slice(1).map((it, index) => it.at - (channel.edits[index]?.at ?? 0));
        expect(gaps.every((it) => it >= 3_000)).toBe(true);
      }),
    );
  });

  test("a message that is found to be there twice is made to point at the one that is kept", () => {
    const channel = createChannel({ readable: false });
    channel.step(wanted("a"), "killed after");
    channel.finish(wanted("a"));
    expect(channel.messages.map((it) => it.pointed)).toEqual([false, false]);
    channel.sight(root, { channel: "C", ts: "1" }); // somebody clicked on it
    channel.finish(wanted("a"));
    expect(channel.messages.map((it) => it.pointed)).toEqual([true, false]);
  });

  test("one that somebody deleted is not said again", () => {
    const posted = afterwards(newDelivery(0), { do: "post", part: root }, postedAt("1"), 0).delivery;
    const edit = { do: "edit", part: root, at: { channel: "C", ts: "1" } } as const;
    const { delivery } = afterwards(posted, edit, { kind: "refused", what: "message" }, 5_000);
    expect(nextEffect(delivery, wanted("other", "failure"), 9_000)).toEqual({ do: "rest", until: null });
  });

  test("what Slack does not take is said in plain words, and then not at all", () => {
    const refused: Came = { kind: "refused", what: "content" };
    const once = afterwards(newDelivery(0), { do: "post", part: root }, refused, 0).delivery;
    expect(once).toMatchObject({ plainly: true, parts: [] });
    const twice = afterwards(once, { do: "post", part: root }, refused, 0).delivery;
    expect(nextEffect(twice, wanted("a"), 0)).toEqual({ do: "rest", until: null });
  });
});

test("what is said has a print of its own", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(printOf(one) === printOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

function postedAt(ts: string): Came {
  return { kind: "posted", place: { channel: "C", ts }, print: "a" };
}
