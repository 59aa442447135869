import { z } from "zod";
import type { About } from "../../core/check/check.ts";
import type { Operation } from "../../core/operation/operation.ts";

const Time = z.int();
const text = z.string().nullable();

const Person = z.object({ id: z.string(), name: z.string() });
const PodRef = { name: z.string(), uid: z.string() };

const Side = z.object({
  revision: z.object({ uid: z.string(), name: z.string(), number: z.int() }),
  template: z.string(),
  admitted: text,
  pins: z.array(z.object({ container: z.string(), image: z.string() })),
  images: z.array(z.object({ container: z.string(), digests: z.array(z.string()) })),
});

export const PlanShape = z.object({
  of: z.object({
    cluster: z.string(),
    namespace: z.string(),
    kind: z.enum(["Deployment", "StatefulSet", "DaemonSet"]),
    name: z.string(),
  }),
  bound: z.object({ uid: z.string(), template: z.string(), fence: text }),
  from: Side,
  to: Side,
  expiresAt: Time,
  soakMs: z.int(),
  giveUpAfterMs: z.int(),
});

const abouts = ["image", "manifest", "configuration", "schema", "owner", "state", "permission"] as const;

const Asking = z.object({
  environment: z.string(),
  service: z.string(),
  cluster: z.string(),
  where: z.object({ channel: z.string(), thread: text }).nullable(),
  despite: z.array(z.enum(abouts satisfies readonly About[])),
});

const Intent = z.object({
  id: z.string(),
  kind: z.enum(["rollback", "undo"]),
  undoes: text,
  plan: PlanShape,
  operator: Person,
  reason: z.string(),
  at: Time,
  asked: Asking,
});

const Asked = { by: Person, at: Time };

const Wishes = z.object({
  abort: z.object(Asked).nullable(),
  deletion: z
    .object({
      ...Asked,
      pod: z.object(PodRef),
      state: z.enum(["asked", "sending", "done", "refused", "not needed"]),
    })
    .nullable(),
});

const Cause = z.object({
  pod: text,
  container: text,
  reason: z.string(),
  message: z.string(),
  exitCode: z.int().nullable(),
});

const Applied = z.object({
  state: z.literal("applied"),
  at: Time,
  template: z.string(),
  pods: z.object({ ready: z.int(), wanted: z.int() }).nullable(),
  soak: z.object({ since: Time, lastAt: Time, restarts: z.int(), generation: z.int() }).nullable(),
  trouble: z.object({ since: Time, what: Cause }).nullable(),
  obstacle: z.object({ ...PodRef, reason: z.string() }).nullable(),
});

const Failed = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("superseded"), by: text, reverted: z.boolean() }),
  z.object({ kind: z.literal("not ready"), cause: Cause.nullable() }),
  z.object({ kind: z.literal("gone") }),
  z.object({ kind: z.literal("undone"), by: Person, operation: z.string() }),
]);

const Moved = z.enum(["made anew", "template", "operation", "paused", "being deleted"]);

const Refused = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("not allowed") }),
  z.object({ kind: z.literal("gone") }),
  z.object({ kind: z.literal("moved"), what: z.tuple([Moved], Moved) }),
  z.object({ kind: z.literal("target gone") }),
  z.object({ kind: z.literal("already there") }),
  z.object({ kind: z.literal("keeps moving") }),
  z.object({ kind: z.literal("server"), reason: z.enum(["forbidden", "invalid"]), message: z.string() }),
]);

const Sent = z.object({ uid: z.string(), generation: z.int(), fence: text });

const Progress = z.discriminatedUnion("state", [
  z.object({ state: z.literal("waiting for approval"), until: Time }),
  z.object({ state: z.literal("requested"), attempts: z.int() }),
  z.object({ state: z.literal("sending"), attempts: z.int(), sent: Sent }),
  Applied,
  z.object({ state: z.literal("restored"), at: Time, readyAt: Time }),
  z.object({
    state: z.literal("unproven"),
    at: Time,
    because: z.enum(["no digest known", "no pods", "out of sight"]),
  }),
  z.object({ state: z.literal("failed"), at: Time, because: Failed }),
  z.object({ state: z.literal("refused"), at: Time, because: Refused }),
  z.object({ state: z.literal("expired"), at: Time }),
  z.object({ state: z.literal("voided"), at: Time, because: z.enum(["aborted", "unclear", "moved on"]) }),
]);

export const OperationShape = z.object({
  intent: Intent,
  progress: Progress,
  wishes: Wishes,
  dueAt: Time.nullable(),
}) satisfies z.ZodType<Operation>;
