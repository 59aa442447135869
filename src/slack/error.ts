import { type App, type CodedError, RespondError, type webApi } from "@slack/bolt";
import type { Message } from "../views/message.ts";
import { refusalMessage } from "../views/refusal.ts";
import { saidIn } from "./payload/event.ts";
import type { Log } from "./log.ts";
import { responseUrlOf, subjectOf } from "./payload/payload.ts";
import type { Reply } from "./reply.ts";
import { Unconfirmed } from "./call/unconfirmed.ts";

type Deps = {
  readonly log: Log;
  readonly fetch: webApi.FetchFunction;
  readonly reply: Reply;
  /** A few random characters: they join what a person was told to what the log says. */
  readonly newReference: () => string;
};

/** Everything that a listener threw ends here. Nothing may throw here: nobody would catch it. */
export function answerErrors(app: App, { log, fetch, reply, newReference }: Deps): void {
  app.error(async ({ error, body }: { error: CodedError; body: unknown }) => {
    if (error instanceof RespondError) {
      log.info({ status: error.statusCode }, "an answer came too late: its response_url takes no more");
      return;
    }
    const reference = newReference();
    const err = error.original ?? error; // Bolt wraps what is not its own
    if (err instanceof Unconfirmed) {
      log.error({ err, reference, about: subjectOf(body) }, "an answer may not have been given");
      return;
    }
    log.error({ err, reference, about: subjectOf(body) }, "could not answer");
    await tell(body, refusalMessage({ kind: "broken", reference })).catch((failure: unknown) => {
      log.debug({ err: failure, reference }, "could not tell the person either");
    });
  });

  async function tell(body: unknown, message: Message): Promise<void> {
    const [said, responseUrl] = [saidIn(body), responseUrlOf(body)];
    if (said) await reply({ ...said, seenBy: said.direct ? "channel" : "reader" }, message);
    if (responseUrl === null) return;
    await fetch(responseUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...message, response_type: "ephemeral", replace_original: false }),
    });
  }
}
