import { z } from "zod";
import { type ServiceName, services } from "./workloads.ts";

/** How well an answer says that it sees a cluster. */
export type Sight =
  | {
      readonly state: "live" | "asked";
      /** Seconds. */ readonly age: { readonly least: number; readonly most: number };
    }
  | { readonly state: "behind"; readonly at: number; readonly because: string }
  | { readonly state: "unread" };

/** What an answer says of one service in one cluster. */
export type Claim = {
  readonly service: ServiceName;
  readonly cluster: string;
  readonly sight: Sight;
  /** It warns in the first words that this was so and need not be any more. */
  readonly past: boolean;
  readonly says: Says;
};

type Says =
  | { readonly kind: "settled"; readonly digest: string; readonly pods: number }
  /** The tag is that of the image that is asked for. */
  | { readonly kind: "moving"; readonly digests: readonly string[]; readonly tag: string | null }
  /** Something that never happened on this day. */
  | { readonly kind: "alarm"; readonly text: string };

export type Read = {
  readonly sights: ReadonlyMap<string, Sight>;
  readonly claims: readonly Claim[];
  readonly text: string;
};

const Answer = z.object({
  text: z.string(),
  blocks: z.array(z.unknown()),
  attachments: z.array(z.looseObject({ fallback: z.string(), blocks: z.array(z.unknown()).default([]) })),
});
const Context = z.object({
  type: z.literal("context"),
  elements: z.array(z.object({ text: z.string() })),
});

/** Reads an answer as a person does: by its words. */
export function readAnswer(message: unknown): Read {
  const { text, blocks, attachments } = Answer.parse(message);
  const shown = [...blocks, ...attachments.flatMap((it) => it.blocks)];
  const small = shown.flatMap((it) => {
    const context = Context.safeParse(it);
    return context.success ? context.data.elements.flatMap((el) => plain(el.text).split("\n")) : [];
  });
  const sights = new Map(small.flatMap(sightIn));
  const claims = attachments.flatMap((it) => claimsIn(plain(it.fallback), sights));
  return { sights, claims, text: plain(text) };
}

/** Without the invisible marks that keep names from becoming links. */
function plain(text: string): string {
  return text.replaceAll("\u2060", "");
}

function sightIn(line: string): readonly (readonly [string, Sight])[] {
  const live = /^live from (\S+) · last heard (.+)$/.exec(line);
  if (live) return [[live[1] ?? "", { state: "live", age: ageOf(live[2] ?? "") }]];
  const asked = /^read from (\S+) directly (just now|\d+ \w+ ago)/.exec(line);
  if (asked) return [[asked[1] ?? "", { state: "asked", age: ageOf(asked[2] ?? "") }]];
  const behind = /^:warning: (\S+) cannot be seen since (\S+ \S+) UTC \(.+?\): (.+)$/.exec(line);
  if (behind) {
    const at = Date.parse(`${(behind[2] ?? "").replace(" ", "T")}Z`);
    return [[behind[1] ?? "", { state: "behind", at, because: behind[3] ?? "" }]];
  }
  const unread = /^:warning: (\S+) (?:has not been read yet|is still being read)/.exec(line);
  return unread ? [[unread[1] ?? "", { state: "unread" }]] : [];
}

const seconds: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600 };

function ageOf(words: string): { least: number; most: number } {
  if (words === "just now") return { least: 0, most: 1 };
  const [, number = "", unit = ""] = /^(\d+) (\w+?)s? ago$/.exec(words) ?? [];
  const size = seconds[unit];
  if (size === undefined) throw new Error(`no age that anybody understands: ${words}`);
  return { least: Number(number) * size, most: (Number(number) + 1) * size };
}

function claimsIn(sentence: string, sights: ReadonlyMap<string, Sight>): readonly Claim[] {
  const [, past, name, which = "", rest = ""] =
    /^(As it was .+?: |Not read completely: )?(\S+) in prod(?: \((.+?)\))?((?: |:).+)$/s.exec(sentence) ?? [];
  const service = services.find((it) => it.name === name)?.name;
  if (!service) return [];
  const clusters = /^the same in (.+)$/.exec(which)?.[1]?.split(/, | and /) ?? / on (\S+)$/.exec(which)?.slice(1) ?? [];
  return clusters.map((cluster) => {
    const sight = sights.get(cluster);
    if (!sight) throw new Error(`it does not say how ${cluster} is seen: ${sentence}`);
    return { service, cluster, sight, past: past !== undefined, says: saysOf(rest, clusters.length) };
  });
}

/** Clusters that agree are told as one, with the pods of all of them. */
function saysOf(words: string, clusters: number): Says {
  const digests = [...words.matchAll(/sha256:[0-9a-f]+/g)].map((it) => it[0]);
  const [digest] = digests;
  const all = /^: (?:all (\d+) pods run|(both) pods run|its (one) pod runs) /.exec(words);
  if (all && digest) return { kind: "settled", digest, pods: Number(all[1] ?? (all[2] ? 2 : 1)) / clusters };
  const onItsWay = /^(: \d+ of \d+ pods ready| is rolling out| is starting|: cannot tell what runs)/.test(words);
  const tag = /\(tag (\S+)\)/.exec(words)?.[1] ?? null;
  return onItsWay ? { kind: "moving", digests, tag } : { kind: "alarm", text: words };
}
