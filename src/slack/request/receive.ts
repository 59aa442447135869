import type { IncomingMessage, ServerResponse } from "node:http";
import type { HTTPReceiver } from "@slack/bolt";
import type { Clock } from "../../ports.ts";
import { isPayload, readBody } from "./body.ts";
import type { Log } from "../log.ts";
import { createReplayMemory } from "./replay.ts";
import { verify } from "./signature.ts";

/** Answers one request that our server got for /slack/events. It never throws. */
export type Receive = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

type Deps = {
  readonly receiver: HTTPReceiver;
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly log: Log;
  /** False before the start and once we stop: Slack is told to try again. */
  readonly isTaking: () => boolean;
};

const largest = 1 << 20; // Slack's largest payloads are modals, at most 250 kB

export function createReceive({ receiver, signingSecret, clock, log, isTaking }: Deps): Receive {
  const accepted = createReplayMemory();

  async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      if (!isTaking()) return answer(res, 503, { "retry-after": "1", connection: "close" });
      const body = await readBody(req, largest);
      // The rest is on its way: without a close, it would be taken for the next request.
      if (body.kind === "too large") return answer(res, 413, { connection: "close" });
      if (body.kind === "whole") pass(req, res, body.bytes);
    } catch (err) {
      log.error({ err }, "could not take a request");
      answer(res, 500);
    }
  }

  function pass(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
    const now = clock.now();
    const verdict = verify({ headers: req.headers, body, signingSecret, now });
    if (verdict.kind === "refused") return refuse(res, verdict.because);
    // Nothing waits between the look and the note, so of two at the same moment one is the second.
    if (!accepted.isFirst(verdict.signature, now)) return refuse(res, "seen before");
    if (!isPayload(body, req.headers["content-type"])) return answer(res, 400);

    // Bolt takes a body that was read, if it finds it under this name. It throws at any path but /slack/events.
    receiver.requestListener(Object.assign(req, { rawBody: body, url: "/slack/events" }), res);
  }

  function refuse(res: ServerResponse, because: string): void {
    log.warn({ because }, "refused a request that is not from Slack");
    answer(res, 401);
  }

  return receive;
}

function answer(res: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  if (!res.headersSent) res.writeHead(status, { ...headers, "content-length": 0 });
  res.end();
}
