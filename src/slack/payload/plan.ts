import { z } from "zod";
import type { About } from "../../core/check/check.ts";
import { subjectOf } from "../../core/ledger/release.ts";
import type { Person } from "../../core/operation/operation.ts";
import type { Given } from "../../core/plan/draft.ts";
import type { Request } from "../../core/plan/wanted.ts";
import type { Modal } from "../../ports/modals.ts";
import { fieldIds } from "../../views/plan/field.ts";
import { menuIds } from "../../views/plan/menu.ts";
import { wantedShape } from "./wanted.ts";

/** What of Slack's payloads about a plan we read. */

const id = z.string().regex(/^[A-Z0-9]{2,30}$/);
const where = z.strictObject({ channel: id, thread: z.string().max(40).nullable() }).nullable();
const metadata = z.strictObject({ wanted: wantedShape, where, plan: z.string().max(64).nullable() });

const person = z.union([
  z
    .object({ user: z.object({ id, name: z.string().optional(), username: z.string().optional() }) })
    .transform(({ user }): Person => ({ id: user.id, name: user.name ?? user.username ?? user.id })),
  z
    .object({ user_id: id, user_name: z.string().optional() })
    .transform((it): Person => ({ id: it.user_id, name: it.user_name ?? it.user_id })),
]);

const abouts = ["image", "manifest", "configuration", "schema", "owner", "state", "permission"] as const;
const ticked = z.object({ value: z.enum(abouts satisfies readonly About[]) });
const field = z.object({ value: z.string().nullish(), selected_options: z.array(ticked).optional() });

const view = z.object({
  view: z.object({
    id: z.string(),
    hash: z.string(),
    private_metadata: z.string().transform(fromJson).pipe(metadata),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), field.catch({}))) }),
  }),
});

/** A dialog of ours, as it is when something in it is pressed. */
export type PlanForm = {
  readonly request: Request;
  /** Null: it showed no plan. */
  readonly plan: string | null;
  readonly modal: Modal;
  readonly given: Given;
};

/** Null for one of another version. */
export function planFormOf(body: unknown): PlanForm | null {
  const [form, by] = [view.safeParse(body).data?.view, personOf(body)];
  if (!form || !by) return null;
  const values = Object.values(form.state.values).flatMap((it) => Object.entries(it));
  const valueOf = (name: string) => values.find(([key]) => key === name)?.[1];
  const tickedIn = (name: string) => valueOf(name)?.selected_options?.map((it) => it.value) ?? [];
  const { wanted, where: at, plan } = form.private_metadata;
  const reason = valueOf(fieldIds.reason)?.value ?? "";
  return {
    request: { wanted, by, where: at, reason },
    plan,
    modal: { id: form.id, hash: form.hash },
    given: {
      reason,
      typed: valueOf(fieldIds.typed)?.value ?? null,
      accepted: tickedIn(fieldIds.accept),
      overridden: tickedIn(fieldIds.override),
    },
  };
}

const picked = z.object({ action_id: z.string(), selected_option: z.object({ value: z.string() }).nullish() });

/** What is wanted once something was picked in a menu of the dialog. */
export function pickedIn({ wanted }: Request, action: unknown): Request["wanted"] {
  const { data } = picked.safeParse(action);
  const value = data?.selected_option?.value ?? null;
  if (value === null) return wanted;
  if (data?.action_id === menuIds.target) return { ...wanted, to: { kind: "revision", uid: value } };
  if (data?.action_id === menuIds.workload) return { ...wanted, of: subjectOf(value), to: null };
  return wanted;
}

export function personOf(body: unknown): Person | null {
  return person.safeParse(body).data ?? null;
}

const place = z.union([
  z
    .object({ container: z.object({ channel_id: id, thread_ts: z.string().optional() }) })
    .transform(({ container }) => ({ channel: container.channel_id, thread: container.thread_ts ?? null })),
  z.object({ channel_id: id }).transform((it) => ({ channel: it.channel_id, thread: null })),
]);

/** Where somebody typed or pressed. */
export function placeOf(body: unknown): Request["where"] {
  return place.safeParse(body).data ?? null;
}

const triggered = z.object({ trigger_id: z.string().min(1) });

export function triggerOf(body: unknown): string | null {
  return triggered.safeParse(body).data?.trigger_id ?? null;
}

function fromJson(text: string, context: z.RefinementCtx<string>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
}
