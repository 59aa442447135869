import { byId, element } from "./dom.ts";

const examples = [
  "/whatsrunning prod",
  "/whatsrunning checkout prod",
  "/whatsrunning search",
  "/whatsrunning notifier",
  "/whatsrunning help",
];

/** Where one types, with examples to press and what was typed before behind the arrow keys. */
export function createComposer(send: (text: string) => Promise<void>): void {
  const form = byId("composer");
  const input = form.querySelector("input");
  if (!input) throw new Error("the composer has no input");
  const earlier: string[] = [];
  let at = 0;

  async function submit(text: string): Promise<void> {
    if (text.trim() === "") return;
    earlier.push(text);
    at = earlier.length;
    await send(text);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value;
    input.value = "";
    void submit(text);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    at = Math.min(earlier.length, Math.max(0, at + (event.key === "ArrowUp" ? -1 : 1)));
    input.value = earlier[at] ?? "";
  });
  byId("examples").append(
    ...examples.map((text) => {
      const made = element("button", { type: "button", class: "example" }, [text]);
      made.addEventListener("click", () => void submit(text));
      return made;
    }),
  );
  input.focus();
}
