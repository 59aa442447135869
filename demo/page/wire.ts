import type { Answered, Sight } from "../desk/sight.ts";
import type { Staged } from "../stage.ts";

/** All that the page shows. */
export type Told = Sight & Staged;

type Listening = { readonly told: (now: Told) => void; readonly lost: () => void };

const token = document.querySelector('meta[name="demo-token"]')?.getAttribute("content") ?? "";

/** Hears what one person sees until `close` is called. */
export function listen(spot: { person: string; channel: string }, { told, lost }: Listening): { close(): void } {
  const events = new EventSource(`/events?${new URLSearchParams(spot).toString()}`);
  events.addEventListener("message", ({ data }) => told(JSON.parse(data)));
  events.addEventListener("error", lost);
  return events;
}

/** Sends a form. What kept it from being sent is said about the whole of it. */
export async function submit(form: object): Promise<Answered> {
  try {
    const reply = await sent("/submit", form);
    const answered: Answered = await reply.json();
    return answered;
  } catch (err) {
    return { errors: {}, notice: err instanceof Error ? err.message : String(err) };
  }
}

/** What was answered as JSON, null for nothing. Rejects with a sentence. */
export async function post(path: string, body: object): Promise<unknown> {
  const reply = await sent(path, body);
  return reply.status === 204 ? null : reply.json();
}

async function sent(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", "x-demo-token": token };
  const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
  if (!reply) throw new Error("That could not be sent. Is the demo still running in your terminal?");
  if (!reply.ok) throw new Error(await reply.text());
  return reply;
}

export async function readPayload(id: string): Promise<string> {
  const reply = await fetch(`/payload?${new URLSearchParams({ id }).toString()}`);
  return reply.text();
}
