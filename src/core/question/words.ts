/** The words of what somebody wrote to us, without what Slack puts around them. */

/**
 * Slack escapes what is typed and makes links of what looks like a host; phones make quotes curly. A mention is whom
 * somebody spoke to, never what they asked about.
 */
export function wordsOf(text: string): readonly string[] {
  return text
    .replace(/<[@!][^<>]*>/g, " ")
    .replace(/<[^<>|]*\|([^<>|]*)>/g, "$1")
    .replace(/[‘’]/g, "'")
    .replace(/[<>“”"`*]/g, " ")
    .split(/\s+/)
    .map((it) => it.replace(/^[,;:]+|[?!.,;:]+$/g, ""))
    .filter((it) => it !== "");
}

/** Words that make a sentence of a question, and name nothing by themselves. */
export function isFiller(word: string): boolean {
  return fillers.has(word.toLowerCase());
}

/** The same in a question about the past. */
export function isPastFiller(word: string): boolean {
  return isFiller(word) || pastFillers.has(word.toLowerCase());
}

const fillers: ReadonlySet<string> = new Set(
  [
    "what what's whats which is are it's does do did has have can could",
    "a an the of for in on to our my we you i me us there here",
    "running runs run live deployed deploy released serving used using up now right currently still",
    "version versions image images digest digests tag tags",
    "at moment", // "at the moment"; a time after `at` was found before
    "service services environment env everything all",
    "show tell give see please hi hey hello",
  ].flatMap((it) => it.split(" ")),
);

const pastFillers: ReadonlySet<string> = new Set(
  "was were been be had ran when then that this as from and with commit commits".split(" "),
);
