import type { Digest } from "../image/reference.ts";
import { check, type Check } from "./check.ts";
import type { Learnt } from "./material.ts";

/** Can every image still be pulled, for the nodes there are? */
export type ImageFinding =
  | { readonly outcome: "ok"; readonly kind: "served"; readonly container: string; readonly digest: Digest }
  | { readonly outcome: "ok"; readonly kind: "no containers" }
  | { readonly outcome: "block"; readonly kind: "not served"; readonly container: string; readonly digest: Digest }
  | {
      readonly outcome: "block";
      readonly kind: "architecture missing";
      readonly container: string;
      readonly digest: Digest;
      readonly architectures: readonly string[];
    }
  /** The tag stands for another image by now: only the digest brings back what ran. */
  | {
      readonly outcome: "warn";
      readonly kind: "tag moved";
      readonly container: string;
      readonly was: Digest;
      readonly is: Digest;
    }
  /** Nobody saw what the tag stood for. */
  | {
      readonly outcome: "unknown";
      readonly kind: "digest not known";
      readonly container: string;
      readonly image: string;
    }
  | {
      readonly outcome: "unknown";
      readonly kind: "registry unread";
      readonly container: string;
      readonly because: string;
    }
  | { readonly outcome: "unknown"; readonly kind: "tag unread"; readonly container: string; readonly because: string }
  | { readonly outcome: "unknown"; readonly kind: "nodes unread"; readonly because: string }
  | { readonly outcome: "unknown"; readonly kind: "architectures not said"; readonly container: string };

export type ImageMaterial = {
  readonly nodes: Learnt<readonly string[]>;
  readonly containers: readonly {
    readonly container: string;
    /** As the old template names it. */
    readonly image: string;
    /** What it stood for when it ran, or names itself. */
    readonly digest: Digest | null;
    /** What the registry says of that digest. Architectures: null where it does not say. */
    readonly registry: Learnt<{ readonly served: boolean; readonly architectures: readonly string[] | null }>;
    /** What the tag stands for now. Null: it names none, or none any more. */
    readonly tagNow: Learnt<Digest | null>;
  }[];
};

export function imageCheck({ nodes, containers }: ImageMaterial): Check<"image"> {
  const found = containers.flatMap((it) => findings(it, nodes));
  const unread: readonly ImageFinding[] =
    nodes.kind === "known" ? [] : [{ outcome: "unknown", kind: "nodes unread", because: nodes.because }];
  return check("image", [...found, ...unread], { outcome: "ok", kind: "no containers" });
}

type Container = ImageMaterial["containers"][number];

function findings(of: Container, nodes: ImageMaterial["nodes"]): readonly ImageFinding[] {
  const { container, image, digest, registry } = of;
  if (digest === null) return [{ outcome: "unknown", kind: "digest not known", container, image }];
  if (registry.kind !== "known") {
    return [{ outcome: "unknown", kind: "registry unread", container, because: registry.because }, ...tag(of, digest)];
  }
  const { served, architectures } = registry.value;
  if (!served) return [{ outcome: "block", kind: "not served", container, digest }, ...tag(of, digest)];
  return [coverage({ container, digest, architectures }, nodes), ...tag(of, digest)];
}

function coverage(
  { container, digest, architectures }: { container: string; digest: Digest; architectures: readonly string[] | null },
  nodes: ImageMaterial["nodes"],
): ImageFinding {
  if (architectures === null) return { outcome: "unknown", kind: "architectures not said", container };
  const missing = nodes.kind === "known" ? nodes.value.filter((it) => !architectures.includes(it)) : [];
  return missing.length === 0
    ? { outcome: "ok", kind: "served", container, digest }
    : { outcome: "block", kind: "architecture missing", container, digest, architectures: missing };
}

function tag({ container, tagNow }: Container, was: Digest): readonly ImageFinding[] {
  if (tagNow.kind !== "known") return [{ outcome: "unknown", kind: "tag unread", container, because: tagNow.because }];
  const is = tagNow.value;
  return is === null || is === was ? [] : [{ outcome: "warn", kind: "tag moved", container, was, is }];
}
