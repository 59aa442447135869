import type { AllMiddlewareArgs, AnyMiddlewareArgs, App, RespondArguments, RespondFn } from "@slack/bolt";
import type { Question } from "../core/question.ts";
import type { Asking } from "../flows/ask.ts";
import { actionIds, type Message } from "../views/message.ts";
import { refusalMessage, refusalModal, type Refusal } from "../views/refusal.ts";
import { sharedMessage } from "../views/shared.ts";
import { decline } from "./decline.ts";
import { pressOf, questionOfButton, questionOfMenu, textOfCommand } from "./payload.ts";

/** What people type and press. Each acknowledges first, then answers through the response_url. */
export function listen(app: App, asking: Asking): void {
  const taken = new WeakSet<object>(); // contexts: Bolt makes one for each payload

  app.use(async (args) => {
    await args.next();
    if (!taken.has(args.context)) await decline(args, unknown(args));
  });

  app.command("/whatsrunning", async ({ ack, body, respond, context }) => {
    taken.add(context);
    await ack();
    await show(respond, await asking.ask(textOfCommand(body)), { response_type: "ephemeral" });
  });

  app.action(actionIds.share, async ({ ack, action, body, respond, context }) => {
    taken.add(context);
    await ack();
    const question = questionOfButton(action);
    const press = pressOf(body);
    if (!question || !press) return refuse(respond, { kind: "older version" });
    await show(respond, sharedMessage(await asking.again(question, "channel"), press.by), {
      response_type: "in_channel",
      replace_original: false,
      unfurl_links: false, // links of ours lead to registries and commits: nobody needs their previews
      unfurl_media: false,
      ...(press.thread === null ? {} : { thread_ts: press.thread }),
    });
  });

  app.action(new RegExp(`^${actionIds.ask}\\d+$`), async ({ ack, action, body, respond, context }) => {
    taken.add(context);
    await ack();
    await replace(respond, questionOfButton(action), body);
  });

  app.action(actionIds.open, async ({ ack, action, body, respond, context }) => {
    taken.add(context);
    await ack();
    await replace(respond, questionOfMenu(action), body);
  });

  // We open no dialogs that send anything, so this one is of another version.
  app.view(/^/, async ({ ack, context }) => {
    taken.add(context);
    await ack({ response_action: "update", view: refusalModal({ kind: "older version" }) });
  });

  /** A private answer gives way to the next one. What everybody sees stays: the next answer is for who asked. */
  async function replace(respond: RespondFn, question: Question | null, body: unknown): Promise<void> {
    const press = pressOf(body);
    if (!question || !press) return refuse(respond, { kind: "older version" });
    await show(respond, await asking.again(question, "reader"), {
      response_type: "ephemeral",
      replace_original: press.ephemeral,
    });
  }
}

function unknown({ body }: AnyMiddlewareArgs & AllMiddlewareArgs): Refusal {
  const command = "command" in body && typeof body.command === "string" ? body.command : null;
  return command === null ? { kind: "older version" } : { kind: "unknown command", command };
}

async function refuse(respond: RespondFn, refusal: Refusal): Promise<void> {
  await show(respond, refusalMessage(refusal), { response_type: "ephemeral", replace_original: false });
}

async function show(respond: RespondFn, message: Message, how: RespondArguments): Promise<void> {
  await respond({ ...message, ...how });
}
