import type { Conversation } from "../conversation.ts";
import { createComposer } from "./composer.ts";
import { createConversation } from "./conversation.ts";
import { byId } from "./dom.ts";
import { keepCounting } from "./time.ts";

const token = document.querySelector('meta[name="demo-token"]')?.getAttribute("content") ?? "";
const conversation = createConversation((press) => void post("/press", press));
createComposer(async (text) => post("/type", { text }));
keepCounting();

const events = new EventSource("/events");
events.addEventListener("message", ({ data }) => {
  const now: Conversation = JSON.parse(data);
  say("");
  conversation.show(now);
});
events.addEventListener("error", () => say("The demo does not answer. Is it still running in your terminal?"));

async function post(path: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json", "x-demo-token": token };
  try {
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!reply.ok) say(await reply.text());
  } catch {
    say("That could not be sent. Is the demo still running in your terminal?");
  }
}

function say(text: string): void {
  byId("status").textContent = text;
}
