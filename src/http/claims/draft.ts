import { z } from "zod";
import { type Claim, migrations, stages } from "../../core/claims/claim.ts";
import { parseReference, repositoryOf } from "../../core/image/reference.ts";
import type { EpochMs } from "../../core/workload.ts";
import type { FieldFault } from "./problem.ts";

/** A claim as it was sent, checked and in our spelling, before it is known who stands in for it. */
export type Draft = Omit<Claim, "receivedAt" | "voucher">;

type Seen = { readonly input?: unknown };
const must =
  (be: string) =>
  ({ input }: Seen): string =>
    input === undefined ? `is missing: it must be ${be}` : `must be ${be}`;

const whole = (shape: RegExp, be: string) => z.string({ error: must(be) }).regex(shape, { error: must(be) });

/** Pipelines send what they have: nothing, null and "" are one. */
const optional = <T extends z.ZodType>(shape: T) =>
  z.preprocess((value) => (value === "" || value === undefined ? null : value), shape.nullable());

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: must(`one of ${values.join(", ")}`) });

/** No controls, and no halves of characters, which no text of the index can hold. */
const name = whole(/^[^\p{Cc}\p{Cs}]{1,254}$/u, "a name of at most 254 characters");
const commit = whole(/^[0-9a-fA-F]{7,64}$/, "a commit of 7 to 64 hexadecimal digits").toLowerCase();
const imageForm = "an image with its digest, e.g. ghcr.io/acme/checkout@sha256:…";
const addressForm = "a web address without a password in it, of at most 2000 characters";
const address = z.string({ error: must(addressForm) }).refine(isAddress, { error: must(addressForm) });
const parentsForm = "a list of at most 100 commits, the newest first";
/** Whole messages are sent as well: their first line is what is kept. */
const subject = z
  .string({ error: must("the first line of the commit's message") })
  .transform((written) => firstLine(written));
const timeForm = "a time such as 2026-11-25T14:02:00Z";

const Body = z.strictObject({
  stage: oneOf(stages),
  image: z.string({ error: must(imageForm) }).max(2048, { error: must(imageForm) }),
  tag: optional(whole(/^\w[\w.-]{0,127}$/, "a tag, e.g. 1.4.2")),
  commit: optional(commit),
  source: optional(address),
  actor: optional(name),
  run: optional(address),
  environment: optional(whole(/^[^\p{Cc}\p{Cs}]{1,63}$/u, "a name of at most 63 characters, e.g. prod")),
  subject: optional(subject),
  parents: optional(z.array(commit, { error: must(parentsForm) }).max(100, { error: must(parentsForm) })),
  manifestCommit: optional(commit),
  migration: optional(oneOf(migrations)),
  at: optional(z.iso.datetime({ offset: true, error: must(timeForm) })),
});

/** How far a pipeline's clock may be ahead of ours. */
const aheadMs = 10 * 60_000;
const earliest = Date.UTC(2000, 0, 1);

/** The body's text -> what it says, or everything that is wrong with it. */
export function draftOf(
  text: string,
  now: EpochMs,
): { readonly draft: Draft } | { readonly faults: readonly FieldFault[]; readonly detail: string } {
  const json = parsed(text);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { faults: [], detail: "the body must be one JSON object" };
  }
  // zod passes over this one key in silence
  if (Object.hasOwn(json, "__proto__")) return faulty([{ field: "__proto__", detail: "is not a field of a claim" }]);
  const body = Body.safeParse(json);
  if (!body.success) return faulty(body.error.issues.flatMap(faultsOf));

  const { image, at: written, ...said } = body.data;
  const reference = parseReference(image);
  if (reference.kind === "invalid")
    return faulty([{ field: "image", detail: `must be ${imageForm}: ${reasonOf(reference.why)}` }]);
  const { digest } = reference;
  if (digest === null) return faulty([{ field: "image", detail: `must be ${imageForm}: it has no digest` }]);
  const tag = said.tag ?? reference.tag;
  if (reference.tag !== null && tag !== reference.tag) {
    return faulty([{ field: "tag", detail: "must be the one in image, where that has one" }]);
  }
  const at = written === null ? null : Date.parse(written);
  if (at !== null && !(at >= earliest && at <= now + aheadMs)) {
    return faulty([{ field: "at", detail: `must not be in the future: here it is ${new Date(now).toISOString()}` }]);
  }
  const parents = said.parents ?? [];
  return { draft: { ...said, parents, repository: repositoryOf(reference), digest, tag, at } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function faulty(faults: readonly FieldFault[]) {
  return { faults, detail: faults.map(({ field, detail }) => `${field} ${detail}`).join("; ") };
}

function faultsOf(issue: z.core.$ZodIssue): readonly FieldFault[] {
  if (issue.code !== "unrecognized_keys") return [{ field: issue.path.join("."), detail: issue.message }];
  return issue.keys.slice(0, 10).map((key) => ({
    field: key.slice(0, 60).toWellFormed(),
    detail: `is not a field of a claim: ${Object.keys(Body.shape).join(", ")}`,
  }));
}

function firstLine(written: string): string | null {
  const [line = ""] = written.trim().split(/[\r\n\u2028\u2029]/);
  const plain = line
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .slice(0, 300)
    .toWellFormed()
    .trim();
  return plain === "" ? null : plain;
}

function isAddress(written: string): boolean {
  const url = URL.parse(written);
  if (written.length > 2000 || url === null || !["https:", "http:"].includes(url.protocol)) return false;
  return !url.username && !url.password && !/[\s\p{Cc}\p{Cs}]/u.test(written);
}

/** What parseReference quotes is foreign text, and no part of ours. */
function reasonOf(why: string): string {
  return why.replace(/^“.*” is/s, "a part of it is");
}
