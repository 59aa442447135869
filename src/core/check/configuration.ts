import type { ReleasedConfig } from "../ledger/release.ts";
import type { ConfigReference, EpochMs } from "../workload.ts";
import { check, type Check } from "./check.ts";

/** Is the configuration still that with which the target last ran? An image alone does not bring it back. */
export type ConfigurationFinding =
  | { readonly outcome: "ok"; readonly kind: "none used" }
  | { readonly outcome: "ok"; readonly kind: "same"; readonly config: ConfigReference }
  | { readonly outcome: "warn"; readonly kind: "changed"; readonly config: ConfigReference; readonly at: EpochMs }
  | { readonly outcome: "warn"; readonly kind: "gone" | "made since"; readonly config: ConfigReference }
  /** The image is the same as now: what changed in between is configuration. */
  | { readonly outcome: "warn"; readonly kind: "same image" }
  /** What changed last is this, and no image: what is wrong since then may well stay. */
  | { readonly outcome: "warn"; readonly kind: "changed last"; readonly config: ConfigReference; readonly at: EpochMs }
  | {
      readonly outcome: "unknown";
      readonly kind: "then not known" | "now not known";
      readonly config: ConfigReference;
    };

export type ConfigurationMaterial = {
  /** What the target's template takes its configuration from, as it is now. */
  readonly now: readonly ReleasedConfig[];
  /** As it was when the target last ran. Null: the ledger does not know. */
  readonly before: readonly ReleasedConfig[] | null;
  readonly isSameImage: boolean;
  /** What the release in force began with, where that was configuration alone. */
  readonly last: readonly LastChange[];
};

export type LastChange = { readonly config: ConfigReference; readonly at: EpochMs };

export function configurationCheck(material: ConfigurationMaterial): Check<"configuration"> {
  const { now, before: known, isSameImage, last } = material;
  const found: readonly ConfigurationFinding[] = now.map((it) => {
    const before = known?.find(({ kind, name }) => kind === it.kind && name === it.name);
    return compared(it, before?.is ?? null);
  });
  const helpless: readonly ConfigurationFinding[] = isSameImage ? [{ outcome: "warn", kind: "same image" }] : [];
  const lately = last.map((it) => ({ outcome: "warn", kind: "changed last", ...it }) as const);
  return check("configuration", [...helpless, ...lately, ...found], { outcome: "ok", kind: "none used" });
}

function compared({ kind, name, is }: ReleasedConfig, was: ReleasedConfig["is"] | null): ConfigurationFinding {
  const config = { kind, name };
  if (is.state === "unread") return { outcome: "unknown", kind: "now not known", config };
  if (was === null || was.state === "unread") return { outcome: "unknown", kind: "then not known", config };
  if (is.state === "absent") {
    return was.state === "absent" ? { outcome: "ok", kind: "same", config } : { outcome: "warn", kind: "gone", config };
  }
  if (was.state === "absent") return { outcome: "warn", kind: "made since", config };
  const isSame = is.uid === was.uid && is.version === was.version;
  return isSame
    ? { outcome: "ok", kind: "same", config }
    : { outcome: "warn", kind: "changed", config, at: is.changedAt };
}
