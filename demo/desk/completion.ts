import { z } from "zod";
import type { Sight } from "./sight.ts";

/** What can be typed after a slash. Over a real cluster nobody knows yet what runs there. */
export function completions(isOwn: boolean): Sight["commands"] {
  const always = [
    { name: "/whatsrunning", hint: "everything in the default environment" },
    { name: "/whatsrunning help", hint: "what can be asked" },
    { name: "/whatsrunning changes 60m", hint: "what changed lately" },
  ];
  if (!isOwn) return always;
  return [
    { name: "/whatsrunning prod", hint: "everything in prod" },
    { name: "/whatsrunning checkout prod", hint: "one service" },
    { name: "/whatsrunning history checkout", hint: "its releases" },
    { name: "/whatsrunning diff staging prod", hint: "what differs" },
    { name: "/whatsrunning search", hint: "a rollout that is stuck" },
    { name: "/whatsrunning notifier", hint: "pods that do not agree" },
    ...always,
  ];
}

const Manifest = z.object({
  features: z.object({
    shortcuts: z.array(z.object({ name: z.string(), type: z.string(), callback_id: z.string() })).default([]),
  }),
});

/** What the app offers to do with a message. */
export function shortcutsOf(manifest: unknown): Sight["shortcuts"] {
  const { shortcuts } = Manifest.parse(manifest).features;
  return shortcuts.filter((it) => it.type === "message").map((it) => ({ id: it.callback_id, name: it.name }));
}
