import { z } from "zod";
import { mostMinutes } from "../../core/question/changes.ts";
import type { Question } from "../../core/question/question.ts";
import { isZone } from "../../core/time/moment.ts";
import { environmentOfBlock } from "../../views/environment.ts";

/** What of Slack's payloads we read. Buttons keep their values for as long as their message exists, so they may be old. */

const name = z.string().min(1).max(253);
const page = z.int().min(0).max(10_000);
const moment = z.int().min(0).max(8.64e15);
const question = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("help") }),
  z.strictObject({ kind: z.literal("environment"), environment: name, page }),
  z.strictObject({ kind: z.literal("service"), service: name, environment: name }),
  z.strictObject({ kind: z.literal("rollback"), service: name, environment: name }),
  z.strictObject({
    kind: z.literal("at"),
    service: name,
    environment: name,
    at: moment,
    zone: z.string().max(100).refine(isZone),
  }),
  z.strictObject({ kind: z.literal("history"), service: name, environment: name, before: moment.nullable() }),
  z.strictObject({ kind: z.literal("where"), what: z.string().min(1).max(300) }),
  z.strictObject({ kind: z.literal("diff"), from: name, to: name, page }),
  z.strictObject({
    kind: z.literal("changes"),
    environment: name,
    minutes: z.int().min(1).max(mostMinutes),
    after: z.string().min(1).max(1000).nullable(),
  }),
  z.strictObject({
    kind: z.literal("rollbacks"),
    environment: name,
    after: z.string().min(1).max(1000).nullable(),
  }),
]) satisfies z.ZodType<Question>;

/** A question's button: what it asks. */
const button = z.object({ value: z.string().max(2000).transform(fromJson).pipe(question) });

/** The menu of services: the environment is in its block's id, the service is what was picked. */
const menu = z
  .object({
    block_id: z.string().transform(environmentOfBlock).pipe(name),
    selected_option: z.object({ value: name }),
  })
  .transform((it): Question => ({
    kind: "service",
    service: it.selected_option.value,
    environment: it.block_id,
  }));

/** Where something was pressed, and by whom. */
const press = z.object({
  container: z.object({
    is_ephemeral: z.boolean().default(false),
    thread_ts: z.string().optional(),
    channel_id: z.string().default(""),
  }),
  user: z.object({ id: z.string(), name: z.string().optional(), username: z.string().optional() }),
});

const command = z.object({
  text: z.string().default(""),
  user_id: z.string(),
  channel_id: z.string(),
  channel_name: z.string().optional(),
});

const responseUrl = z.object({ response_url: z.url({ protocol: /^https?$/ }) });

const teams = z.object({
  team: z.object({ id: z.string() }).nullish(),
  team_id: z.string().nullish(),
  user: z.object({ team_id: z.string().nullish() }).nullish().catch(null),
  event: z
    .object({
      team: z.string().nullish(),
      user_team: z.string().nullish(),
      source_team: z.string().nullish(),
      user_profile: z.object({ team: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

export function questionOfButton(action: unknown): Question | null {
  return button.safeParse(action).data?.value ?? null;
}

export function questionOfMenu(action: unknown): Question | null {
  return menu.safeParse(action).data ?? null;
}

type Press = {
  /** Only the one who pressed sees the message that was pressed. */
  readonly ephemeral: boolean;
  /** In the conversation between this person and us. */
  readonly direct: boolean;
  readonly thread: string | null;
  readonly by: string;
};

export function pressOf(body: unknown): Press | null {
  const { data } = press.safeParse(body);
  if (!data) return null;
  const { container, user } = data;
  return {
    ephemeral: container.is_ephemeral,
    direct: container.channel_id.startsWith("D"),
    thread: container.thread_ts ?? null,
    by: user.name ?? user.username ?? user.id,
  };
}

type Typed = {
  readonly text: string;
  readonly user: string;
  readonly channel: string;
  /** `privategroup` for any private channel. */
  readonly channelName: string | null;
};

export function typedIn(body: unknown): Typed {
  const { text, user_id: user, channel_id: channel, channel_name: channelName = null } = command.parse(body);
  return { text, user, channel, channelName };
}

export function responseUrlOf(body: unknown): string | null {
  return responseUrl.safeParse(body).data?.response_url ?? null;
}

/** Every workspace that a payload names: where it happened, and where the person belongs. */
export function teamsOf(body: unknown): readonly string[] {
  const { data } = teams.safeParse(body);
  const event = [data?.event?.team, data?.event?.user_team, data?.event?.source_team, data?.event?.user_profile?.team];
  return [data?.team?.id, data?.team_id, data?.user?.team_id, ...event].filter((it) => typeof it === "string");
}

const subject = z.object({
  command: z.string().optional(),
  actions: z.array(z.object({ action_id: z.string() })).optional(),
  callback_id: z.string().optional(),
  type: z.string().optional(),
});

/** What a payload is about, for the log: the command, the button, or at least the kind of payload. */
export function subjectOf(body: unknown): string | null {
  const { data } = subject.safeParse(body);
  return data?.command ?? data?.actions?.[0]?.action_id ?? data?.callback_id ?? data?.type ?? null;
}

function fromJson(text: string, context: z.RefinementCtx<string>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
}
