/** A stretch of time as people say it. A day is a day of the calendar: 23 or 25 hours, twice a year. */
export type Span = { readonly days: number; readonly minutes: number };

const amount = String.raw`(?:(\d{1,5}(?:\.\d{1,2})?)\s*|(?<![a-z])(half an?|an?|one)\s+)`;
const unit = String.raw`(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])`;
const parts = new RegExp(`${amount}${unit}`, "g");
const whole = new RegExp(`^${amount}${unit}(?:(?:\\s|and\\b|,)*${amount}${unit}){0,3}$`);

/** "60m", "2 hours", "1h30m", "half an hour", "2 days and 3 hours". Null when it is no stretch of time. */
export function spanOf(text: string): Span | null {
  const said = text.trim().toLowerCase();
  if (!whole.test(said)) return null;
  const each = [...said.matchAll(parts)].map(([, number, word = "", of = ""]) =>
    spanIn(number ? Number(number) : amountOf(word), of),
  );
  return each.reduce((a, b) => ({ days: a.days + b.days, minutes: a.minutes + b.minutes }));
}

function spanIn(many: number, of: string): Span {
  const days = of.startsWith("w") ? many * 7 : of.startsWith("d") ? many : 0;
  const minutes = of.startsWith("h") ? many * 60 : of.startsWith("m") ? many : 0;
  const wholeDays = Math.floor(days);
  return { days: wholeDays, minutes: Math.round(minutes + (days - wholeDays) * minutesPerDay) };
}

function amountOf(word: string): number {
  return word.startsWith("half") ? 0.5 : 1;
}

const minutesPerDay = 24 * 60;

/** As so many minutes, a day as 24 hours. */
export function minutesOf({ days, minutes }: Span): number {
  return days * minutesPerDay + minutes;
}
