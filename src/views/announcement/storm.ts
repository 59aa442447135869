import { type State, stateOf, stateOfAll, worstFirst } from "../../core/announcement/state.ts";
import type { Story } from "../../core/announcement/story.ts";
import { spoken, type Voice, written } from "../words/headline.ts";
import { colors, context, type Message, section } from "../message.ts";
import { shortImage } from "../past/image.ts";
import { literal } from "../words/text.ts";
import { count } from "../words/time.ts";
import { causeWords } from "./failure.ts";
import { looks } from "./look.ts";

const mostNamed = 10;
const linesAPage = 25;

const words = {
  failed: "failed",
  progressing: "in progress",
  started: "started",
  "rolled back": "rolled back",
  superseded: "superseded",
  gone: "deleted",
  "not seen": "without pods to see",
  done: "done",
} satisfies Record<State, string>;

/** Many at once: how many of each, and those that failed by name. */
export function stormMessage(all: readonly Story[]): Message {
  const failing = all.filter((it) => stateOfAll(it.parts) === "failed");
  const { emoji, color } = looks[worstOf(all)];
  const named = failing.slice(0, mostNamed).map(failureLine);
  const left = failing.length - named.length;
  return {
    text: summary(all, spoken),
    blocks: [section(`${emoji} ${summary(all, written)}`)],
    attachments: [
      {
        color: colors[color],
        fallback: summary(all, spoken),
        blocks: [
          ...(named.length === 0 ? [] : [section([...named, ...(left > 0 ? [`… and ${left} more`] : [])].join("\n"))]),
          context("Each of them is in the thread, in the order in which they began."),
        ],
      },
    ],
  };
}

function worstOf(all: readonly Story[]): State {
  const states = new Set(all.map((it) => stateOfAll(it.parts)));
  return worstFirst.find((it) => states.has(it)) ?? "not seen";
}

function summary(all: readonly Story[], voice: Voice): string {
  const by = Map.groupBy(all, (it) => stateOfAll(it.parts));
  const each = worstFirst.flatMap((it) => (by.has(it) ? [`${by.get(it)?.length ?? 0} ${words[it]}`] : []));
  const environments = [...new Set(all.flatMap((it) => it.announcement.environments))].slice(0, 3);
  return `${count(all.length, "release")} at once in ${environments.map(voice.strong).join(" and ")}: ${each.join(", ")}`;
}

function failureLine({ announcement, parts }: Story): string {
  const failed = parts.find((it) => stateOf(it) === "failed");
  const outcome = failed?.last.outcome;
  const why = outcome?.state === "failed" ? `: ${causeWords(outcome.because, written)}` : "";
  return `:x: *${literal(announcement.service, 63)}*${why}`;
}

/** Those of the thread: a line each, in order. */
export function stormPages(all: readonly Story[]): readonly Message[] {
  const pages = Math.ceil(all.length / linesAPage);
  return Array.from({ length: pages }, (_, page) => {
    const some = all.slice(page * linesAPage, (page + 1) * linesAPage);
    const names = some.map((it) => `${literal(it.announcement.service, 63)} ${words[stateOfAll(it.parts)]}`);
    const half = Math.ceil(some.length / 2);
    return {
      text: `Page ${page + 1} of ${pages}: ${names.join(", ")}.`.slice(0, 3_500),
      blocks: [some.slice(0, half), some.slice(half)]
        .filter((it) => it.length > 0)
        .map((it) => section(it.map(lineOf).join("\n").slice(0, 2_900))),
      attachments: [],
    };
  });
}

function lineOf({ announcement, parts }: Story): string {
  const state = stateOfAll(parts);
  const { release, before } = parts[0];
  const from = before === null ? "" : `${shortImage(before)} → `;
  return `${looks[state].emoji} *${literal(announcement.service, 40)}* ${from}${shortImage(release)} · ${words[state]}`;
}

export function stormFailedMessage(failing: readonly Story[]): Message {
  const names = failing.slice(0, mostNamed).map((it) => literal(it.announcement.service, 63));
  const left = failing.length - names.length;
  const list = `${names.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  return {
    text: `${count(failing.length, "release")} failed: ${list}.`,
    blocks: [
      section(
        [`:x: ${count(failing.length, "release")} failed`, ...failing.slice(0, mostNamed).map(failureLine)].join("\n"),
      ),
    ],
    attachments: [],
  };
}

export function stormRestoredMessage(all: readonly Story[]): Message {
  const said = `All ${all.length} services are well again`;
  return { text: `${said}.`, blocks: [section(`:white_check_mark: ${said}`)], attachments: [] };
}
