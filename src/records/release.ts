import { z } from "zod";
import { stages } from "../core/claims/claim.ts";
import type { Release, Subject } from "../core/ledger/release.ts";
import type { Evidence } from "../core/provenance/evidence.ts";
import { lengthened, shortened } from "./short.ts";

const Time = z.int();
const Moment = { at: Time, notBefore: Time.nullable().default(null) };

const Kind = z.enum(["deploy", "rollback", "restart", "configuration"]);

const Revision = z.object({
  uid: z.string(),
  name: z.string(),
  number: z.int(),
  createdAt: Time,
  template: z.string(),
  restartedAt: z.string().nullable().default(null),
});

const Container = z.object({
  name: z.string(),
  role: z.enum(["main", "init", "sidecar", "ephemeral"]).default("main"),
  image: z.string(),
  digests: z.array(z.string()).default([]),
});

const ConfigState = z.discriminatedUnion("state", [
  z.object({ state: z.literal("there"), uid: z.string(), version: z.string(), changedAt: Time }),
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("unread") }),
]);

const Failure = z.object({
  pod: z.string().nullable().default(null),
  container: z.string().nullable().default(null),
  reason: z.string(),
  exitCode: z.int().nullable().default(null),
  message: z.string().default(""), // not kept by earlier versions
  left: z.boolean().default(false),
});

const Outcome = z.discriminatedUnion("state", [
  z.object({ state: z.literal("unseen") }),
  z.object({ state: z.literal("pending") }),
  z.object({ state: z.literal("healthy"), since: Time, earlierMs: z.number().default(0) }),
  z.object({ state: z.literal("failed"), at: Time, because: Failure, earlierMs: z.number() }),
]);

const Source = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("claim"), stage: z.enum(stages), voucher: z.string().nullable().default(null) }),
  z.object({ kind: z.literal("gitops"), app: z.string(), revision: z.string().nullable() }),
  z.object({ kind: z.literal("annotation"), key: z.string() }),
  z.object({ kind: z.literal("label"), key: z.string(), on: z.enum(["label", "annotation"]) }),
  z.object({ kind: z.literal("field manager"), manager: z.string(), at: Time.nullable() }),
  z.object({ kind: z.literal("owner label"), tool: z.string() }),
  z.object({ kind: z.literal("tag"), tag: z.string() }),
]);

const Deployer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), name: z.string() }),
  z.object({
    kind: z.literal("tool"),
    tool: z.object({ name: z.string(), detail: z.string().nullable().default(null) }),
  }),
]);

const evidence = <T extends z.ZodType>(value: T) =>
  z.object({ value, source: Source, trust: z.enum(["verified", "observed", "claimed", "guessed"]) });

const Provenance = z.object({
  deployers: z.array(evidence(Deployer)).default([]),
  commits: z.array(evidence(z.string())).default([]),
  subject: z.string().nullable().default(null),
  source: z.string().nullable().default(null),
  run: z.string().nullable().default(null),
  changeCause: z.string().nullable().default(null),
  leftOver: z.array(z.string()).default([]),
  inherited: z.array(z.string()).default([]),
});

const ReleaseShape = z.compile(
  z.object({
    of: z.object({
      cluster: z.string(),
      namespace: z.string(),
      kind: z.enum(["Deployment", "StatefulSet", "DaemonSet"]),
      name: z.string(),
    }),
    uid: z.string(),
    service: z.string(),
    kind: Kind,
    revision: Revision,
    containers: z.array(Container),
    configs: z
      .array(z.object({ kind: z.enum(["ConfigMap", "Secret"]), name: z.string(), is: ConfigState }))
      .default([]),
    start: z.object(Moment),
    end: z
      .object({
        ...Moment,
        because: z.enum(["replaced", "gone", "made anew"]),
        by: Kind.nullable().default(null),
        takenBack: z.exactOptional(z.object({ operator: z.string(), reason: z.string() })),
      })
      .nullable()
      .default(null),
    outcome: Outcome,
    provenance: Provenance,
  }) satisfies z.ZodType<Release>,
);

type Kept = Readonly<Record<string, unknown>>;

/**
 * As it is kept: what is usual, and what its name or its other fields say, is left out. `of`: it is kept under the name of
 * this workload. A field that is new here has to be one that may be absent.
 */
export function kept(release: Release, { of }: { readonly of?: Subject } = {}): Kept {
  const { name } = release.of;
  const { of: subject, service, revision, containers, configs, end, outcome, provenance, ...rest } = release;
  const at = release.start.at;
  return shortened({
    ...(of ? {} : { of: subject }),
    ...(service === name ? {} : { service }),
    ...rest,
    revision: {
      ...revision,
      name: revision.name.startsWith(`${name}-`) ? revision.name.slice(name.length) : revision.name,
      createdAt: revision.createdAt === at ? undefined : revision.createdAt,
    },
    containers: containers.map((it) => ({
      ...it,
      name: it.name === name ? undefined : it.name,
      role: it.role === "main" ? undefined : it.role,
    })),
    configs: configs.map((it) => (it.is.state === "unread" ? { ...it, is: undefined } : it)),
    end: end && { ...end, at: end.at - at },
    outcome:
      outcome.state === "healthy"
        ? { ...outcome, since: outcome.since - at, earlierMs: outcome.earlierMs || undefined }
        : outcome,
    provenance: {
      ...provenance,
      deployers: provenance.deployers.map(witnessed),
      commits: provenance.commits.map(witnessed),
    },
  });
}

/** Nearly all that is known of where a release came from is what an annotation claims. */
function witnessed<T>({ value, source, trust, ...rest }: Evidence<T>): object {
  const isUsual = source.kind === "annotation" && trust === "claimed" && Object.keys(rest).length === 0;
  return isUsual ? { value, key: source.key } : { value, source, trust, ...rest };
}

/** Reads what `kept` gives, and what older versions kept in full. `of`: the workload that it is of, where only its name says it. */
export function releaseFrom(value: unknown, { of }: { readonly of?: Subject } = {}): Release {
  const found = Any.parse(value);
  if ("revision" in found) return ReleaseShape.parse(found);
  const short = Short.parse(lengthened(found));
  const subject = short.of ?? of;
  const name = subject?.name ?? "";
  const { revision, containers, configs = [], start, end, outcome, provenance } = short;
  return ReleaseShape.parse({
    ...short,
    of: subject,
    service: short.service ?? name,
    revision: {
      ...revision,
      name: revision.name.startsWith("-") ? name + revision.name : revision.name,
      createdAt: revision.createdAt ?? start.at,
    },
    containers: containers.map((it) => ({ ...it, name: it.name ?? name })),
    configs: configs.map((it) => ({ ...it, is: it.is ?? { state: "unread" } })),
    end: end && { ...end, at: end.at + start.at },
    outcome: outcome.since === undefined ? outcome : { ...outcome, since: outcome.since + start.at },
    provenance: {
      ...provenance,
      deployers: provenance.deployers?.map(testified),
      commits: provenance.commits?.map(testified),
    },
  });
}

function testified({ key, ...told }: z.infer<typeof Witness>): object {
  return key === undefined ? told : { ...told, source: { kind: "annotation", key }, trust: "claimed" };
}

const Any = z.record(z.string(), z.unknown());
const Witness = z.looseObject({ key: z.string().optional() });
/** What may be left out, or is kept in another way. */
const Short = z.compile(
  z.looseObject({
    of: z.looseObject({ name: z.string() }).optional(),
    service: z.string().optional(),
    revision: z.looseObject({ name: z.string(), createdAt: Time.optional() }),
    start: z.looseObject({ at: Time }),
    end: z.looseObject({ at: z.int() }).optional(),
    outcome: z.looseObject({ since: z.int().optional() }),
    containers: z.array(z.looseObject({ name: z.string().optional() })),
    configs: z.array(z.looseObject({ is: z.unknown().optional() })).optional(),
    provenance: z.looseObject({ deployers: z.array(Witness).optional(), commits: z.array(Witness).optional() }),
  }),
);
