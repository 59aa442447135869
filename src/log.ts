import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Level, type Logger } from "pino";
import { scrubLine } from "./scrub.ts";

export type Log = Logger;
export type LogLevel = Level | "silent";

type Options = {
  readonly level: LogLevel;
  /** Values that must never appear although nothing about their shape gives them away. */
  readonly secrets?: readonly string[];
  /** Standard output unless given. */
  readonly destination?: DestinationStream;
};

/** JSON lines. Secrets are taken out of the finished line, so no way of logging leads around that. */
export function createLog({ level, secrets = [], destination }: Options): Log {
  const known = secrets.filter((it) => it.length > 0);
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: stdSerializers.err, error: stdSerializers.err },
    hooks: { streamWrite: (line: string) => scrubLine(line, known) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** The logger that Bolt and its parts ask for, `L` being their enum of levels. */
export type BoltLogger<L> = {
  debug(...said: unknown[]): void;
  info(...said: unknown[]): void;
  warn(...said: unknown[]): void;
  error(...said: unknown[]): void;
  setLevel(level: L): void;
  getLevel(): L;
  setName(name: string): void;
};

/** What Bolt tells at info (connected, ready, …) is debug to us. `log` decides about levels: Bolt's is only remembered. */
export function boltLogger<L>(log: Log, initial: L): BoltLogger<L> {
  const part = log.child({ part: "bolt" });
  let level = initial;
  return {
    debug: (...said) => part.debug(...entry(said)),
    info: (...said) => part.debug(...entry(said)),
    warn: (...said) => part.warn(...entry(said)),
    error: (...said) => part.error(...entry(said)),
    setLevel: (it) => {
      level = it;
    },
    getLevel: () => level,
    setName: () => {
      // Every client made with this logger names it anew, so the name would only tell which one was made last.
    },
  };
}

/** Texts become the message, the first error `err`, and whatever else there is stays data. */
function entry(said: readonly unknown[]): [object, string] {
  const texts = said.filter((it) => typeof it === "string");
  const err = said.find((it) => it instanceof Error);
  const details = said.filter((it) => typeof it !== "string" && it !== err);
  const message = texts.length === 0 && err ? err.message : texts.join(" ");
  return [{ ...(err && { err }), ...(details.length > 0 && { details }) }, message];
}
