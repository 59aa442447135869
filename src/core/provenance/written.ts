/** What somebody wrote as a commit; null when it is none. */
export function commitIn(value: string | undefined): string | null {
  const trimmed = value?.trim().toLowerCase() ?? "";
  return /^[0-9a-f]{7,64}$/.test(trimmed) ? trimmed : null;
}

/** Only what a browser can be sent to without surprise. */
export function webAddressIn(value: string | undefined): string | null {
  const url = URL.parse(value?.trim() ?? "");
  const plain = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  return plain && url.username === "" && url.password === "" ? url.href : null;
}
