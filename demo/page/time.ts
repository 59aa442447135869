import { element } from "./dom.ts";

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "long" });

function ago(atMs: number): string {
  const seconds = Math.max(0, Math.floor((Date.now() - atMs) / 1_000));
  const [unit, size] = units.find(([, it]) => seconds >= it) ?? (["second", 1] as const);
  return relative.format(-Math.floor(seconds / size), unit);
}

/** Says how long ago it was, and goes on counting. */
export function agoElement(seconds: number): HTMLElement {
  const at = seconds * 1_000;
  const date = new Date(at);
  return element("time", { datetime: date.toISOString(), title: full.format(date), "data-ago": String(at) }, [ago(at)]);
}

export function clockElement(at: number): HTMLElement {
  const date = new Date(at);
  return element("time", { datetime: date.toISOString(), title: full.format(date) }, [clock.format(date)]);
}

export function keepCounting(): void {
  setInterval(() => {
    for (const it of document.querySelectorAll("[data-ago]")) it.textContent = ago(Number(it.getAttribute("data-ago")));
  }, 1_000);
}
