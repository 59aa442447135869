import { z } from "zod";
import type { Aim, Wanted } from "../../core/plan/wanted.ts";

/** What a button to roll back carries. It may be as old as its message. */

const name = z.string().min(1).max(253);

const subject = z.strictObject({
  cluster: name,
  namespace: name,
  kind: z.enum(["Deployment", "StatefulSet", "DaemonSet"]),
  name,
});

const aim = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("release"), start: z.int().min(0).max(8.64e15) }),
  z.strictObject({ kind: z.literal("revision"), uid: name }),
]) satisfies z.ZodType<Aim>;

export const wantedShape = z.strictObject({
  environment: name,
  service: name,
  of: subject.nullable(),
  to: aim.nullable(),
}) satisfies z.ZodType<Wanted>;

const button = z.object({ value: z.string().max(2000) });

/** Null for what is none of ours, or of another version. */
export function wantedOfButton(action: unknown): Wanted | null {
  const { data } = button.safeParse(action);
  return data === undefined ? null : wantedIn(data.value);
}

function wantedIn(text: string): Wanted | null {
  try {
    return wantedShape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
