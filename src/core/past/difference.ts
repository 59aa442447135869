import type { Digest } from "../image/reference.ts";
import type { ConfigState, Release, ReleasedConfig, ReleasedContainer } from "../ledger/release.ts";

/** One thing in which a release is not what was there before. */
export type Difference =
  /** Null: there was, or is, no container of that name. */
  | { readonly kind: "image"; readonly container: string; readonly from: string | null; readonly to: string | null }
  /** The same reference, and another image behind it. */
  | {
      readonly kind: "tag moved";
      readonly container: string;
      readonly image: string;
      readonly from: readonly Digest[];
      readonly to: readonly Digest[];
    }
  | {
      readonly kind: "configuration";
      readonly of: ReleasedConfig["kind"];
      readonly name: string;
      readonly change: "changed" | "made" | "deleted" | "used" | "not used";
    };

/** In the order of the containers, then of the configuration. Empty: nothing that we keep. */
export function differencesOf(release: Release, before: Release): readonly Difference[] {
  const names = [...release.containers, ...before.containers].map((it) => it.name);
  const containers = [...new Set(names)].flatMap((name) => {
    const [to, from] = [release, before].map((it) => it.containers.find((one) => one.name === name) ?? null);
    return imageDifference(name, from ?? null, to ?? null) ?? [];
  });
  const configs = Map.groupBy([...release.configs, ...before.configs], (it) => `${it.kind}/${it.name}`);
  const changed = [...configs.values()].flatMap(([it]) => (it && configDifference(it, release, before)) ?? []);
  return [...containers, ...changed];
}

function imageDifference(
  container: string,
  from: ReleasedContainer | null,
  to: ReleasedContainer | null,
): Difference | null {
  if (from?.image !== to?.image) {
    return { kind: "image", container, from: from?.image ?? null, to: to?.image ?? null };
  }
  if (from === null || to === null || from.digests.length === 0 || to.digests.length === 0) return null;
  // one digest in common: pods of one release, under several names of one image or on their way
  if (to.digests.some((it) => from.digests.includes(it))) return null;
  return { kind: "tag moved", container, image: to.image, from: from.digests, to: to.digests };
}

function configDifference({ kind: of, name }: ReleasedConfig, release: Release, before: Release): Difference | null {
  const [to, from] = [release, before].map(
    ({ configs }) => configs.find((it) => it.kind === of && it.name === name)?.is ?? null,
  );
  const change = changeOf(from ?? null, to ?? null);
  return change && { kind: "configuration", of, name, change };
}

/** What could not be read has not changed, as far as anybody knows. */
function changeOf(from: ConfigState | null, to: ConfigState | null) {
  if (from === null) return "used";
  if (to === null) return "not used";
  if (from.state === "unread" || to.state === "unread") return null;
  if (from.state === "absent") return to.state === "absent" ? null : "made";
  if (to.state === "absent") return "deleted";
  return from.uid === to.uid && from.version === to.version ? null : "changed";
}
