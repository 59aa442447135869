import { z } from "zod";
import type { Release } from "../core/ledger/release.ts";

const Time = z.int();
const Moment = { at: Time, notBefore: Time.nullable() };

const Kind = z.enum(["deploy", "rollback", "restart", "configuration"]);

const Revision = z.object({
  uid: z.string(),
  name: z.string(),
  number: z.int(),
  createdAt: Time,
  template: z.string(),
  restartedAt: z.string().nullable(),
});

const Container = z.object({
  name: z.string(),
  role: z.enum(["main", "init", "sidecar", "ephemeral"]),
  image: z.string(),
  digests: z.array(z.string()),
});

const ConfigState = z.discriminatedUnion("state", [
  z.object({ state: z.literal("there"), uid: z.string(), version: z.string(), changedAt: Time }),
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("unread") }),
]);

const Failure = z.object({
  pod: z.string().nullable(),
  container: z.string().nullable(),
  reason: z.string(),
  exitCode: z.int().nullable(),
  message: z.string().default(""), // not kept by earlier versions
  left: z.boolean().default(false),
});

const Outcome = z.discriminatedUnion("state", [
  z.object({ state: z.literal("unseen") }),
  z.object({ state: z.literal("pending") }),
  z.object({ state: z.literal("healthy"), since: Time, earlierMs: z.number() }),
  z.object({ state: z.literal("failed"), at: Time, because: Failure, earlierMs: z.number() }),
]);

const Source = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("annotation"), key: z.string() }),
  z.object({ kind: z.literal("field manager"), manager: z.string(), at: Time.nullable() }),
  z.object({ kind: z.literal("owner label"), tool: z.string() }),
  z.object({ kind: z.literal("tag"), tag: z.string() }),
]);

const Deployer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), name: z.string() }),
  z.object({ kind: z.literal("tool"), tool: z.object({ name: z.string(), detail: z.string().nullable() }) }),
]);

const evidence = <T extends z.ZodType>(value: T) =>
  z.object({ value, source: Source, trust: z.enum(["observed", "claimed", "guessed"]) });

const Provenance = z.object({
  deployers: z.array(evidence(Deployer)),
  commits: z.array(evidence(z.string())),
  source: z.string().nullable(),
  run: z.string().nullable(),
  changeCause: z.string().nullable(),
  leftOver: z.array(z.string()),
});

export const ReleaseShape = z.object({
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
  configs: z.array(z.object({ kind: z.enum(["ConfigMap", "Secret"]), name: z.string(), is: ConfigState })),
  start: z.object(Moment),
  end: z.object({ ...Moment, because: z.enum(["replaced", "gone", "made anew"]), by: Kind.nullable() }).nullable(),
  outcome: Outcome,
  provenance: Provenance,
}) satisfies z.ZodType<Release>;
