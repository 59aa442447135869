import { z } from "zod";
import type { Person, PodRef } from "../../core/operation/operation.ts";

/** What of a press under the message of an operation we read. */

const id = z.string().regex(/^[\w-]{1,64}$/);
const pod = z.object({ name: z.string().min(1).max(253), uid: z.string().min(1).max(100) });
const value = z
  .string()
  .transform(fromJson)
  .pipe(z.object({ id, pod: pod.optional() }));
const button = z.object({ value });
const pressed = z.object({
  user: z.object({
    id: z.string().regex(/^[UW][A-Z0-9]{2,30}$/),
    name: z.string().optional(),
    username: z.string().optional(),
  }),
  container: z.object({ thread_ts: z.string().optional() }).optional(),
});

export type OperationPress = {
  readonly id: string;
  readonly pod: PodRef | null;
  readonly by: Person;
  readonly thread: string | null;
};

/** Null for one of another version. */
export function operationPressOf(action: unknown, body: unknown): OperationPress | null {
  const [what, who] = [button.safeParse(action).data?.value, pressed.safeParse(body).data];
  if (!what || !who) return null;
  const { user, container } = who;
  const by = { id: user.id, name: user.name ?? user.username ?? user.id };
  return { id: what.id, pod: what.pod ?? null, by, thread: container?.thread_ts ?? null };
}

function fromJson(text: string, context: z.RefinementCtx<string>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
}
