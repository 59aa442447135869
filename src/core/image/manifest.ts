import type { EpochMs } from "../workload.ts";
import type { Digest } from "./reference.ts";

/** What a registry serves under a digest. It can never change: another content has another digest. */
export type Manifest = Index | PlatformManifest;

/** One name for the same image on several platforms. */
type Index = { readonly kind: "index"; readonly parts: readonly Part[]; readonly labels: Labels };

/** `platform`: null where the index does not say. */
export type Part = { readonly digest: Digest; readonly platform: Platform | null };

/** The image of one platform. Its configuration says which. */
type PlatformManifest = { readonly kind: "manifest"; readonly config: Digest; readonly labels: Labels };

/** The configuration of one platform's image: what somebody built, whatever registry it lies in. */
export type ImageConfig = {
  readonly platform: Platform | null;
  readonly labels: Labels;
  readonly createdAt: EpochMs | null;
  /** The content of each layer, the base image's first. */
  readonly layers: readonly Digest[];
};

/** `amd64`, `arm64/v8`, `windows/amd64`: Linux is not said. */
export type Platform = string;

/** Labels or annotations that may say where an image came from (those of `labelKeys`), by their full key. */
export type Labels = Readonly<Record<string, string>>;

/** https://specs.opencontainers.org/image-spec/annotations/, and what was there before it. */
export const labelKeys = [
  "org.opencontainers.image.revision",
  "org.opencontainers.image.source",
  "org.opencontainers.image.created",
  "org.opencontainers.image.base.name",
  "org.opencontainers.image.base.digest",
  "org.label-schema.vcs-ref",
  "org.label-schema.vcs-url",
  "org.label-schema.build-date",
] as const;

export function platformOf(os: string, architecture: string, variant: string | null): Platform {
  const machine = variant === null || variant === "" ? architecture : `${architecture}/${variant}`;
  return os === "linux" ? machine : `${os}/${machine}`;
}

/** The architecture, as Kubernetes calls that of a node. Null where the platform is not Linux. */
export function architectureOf(platform: Platform): string | null {
  const [machine = "", variant, ...more] = platform.split("/");
  const isLinux = more.length === 0 && (variant === undefined || /^v\d/.test(variant));
  return isLinux ? machine : null;
}
