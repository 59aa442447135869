import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** Something a registry keeps under its digest. */
export type Blob = { readonly digest: string; readonly mediaType: string; readonly bytes: Buffer };

/** One platform's image. */
export type Image = {
  readonly manifest: Blob;
  readonly config: Blob;
  readonly layers: readonly Blob[];
  readonly platform: Platform;
};

/** One name for several of them. */
export type MultiImage = { readonly index: Blob; readonly images: readonly Image[] };

type Platform = { readonly os: string; readonly architecture: string; readonly variant?: string };
type Texts = Readonly<Record<string, string>>;

type ImageGiven = {
  readonly platform?: Platform;
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly created?: string;
  /** What each layer holds, the base image's first. */
  readonly layers?: readonly string[];
  /** Docker's own types instead of OCI's. */
  readonly docker?: boolean;
};

export const amd64: Platform = { os: "linux", architecture: "amd64" };
export const arm64: Platform = { os: "linux", architecture: "arm64", variant: "v8" };

export function createImage(given: ImageGiven = {}): Image {
  const { platform = amd64, labels, annotations, created = "2026-11-20T10:00:00Z", docker = false } = given;
  const contents = (given.layers ?? ["base"]).map((it) =>
    Buffer.from(`${platform.architecture} ${it}`.padEnd(512, "\0")),
  );
  const layers = contents.map((it) => blob(gzipSync(it), docker ? dockerTypes.layer : ociTypes.layer));
  const types = docker ? dockerTypes : ociTypes;
  const config = jsonBlob(types.config, {
    created,
    ...platform,
    config: { ...(labels ? { Labels: labels } : {}), Cmd: ["/app"] },
    rootfs: { type: "layers", diff_ids: contents.map(digestOf) },
    history: contents.map(() => ({ created, created_by: "COPY . ." })),
  });
  const manifest = jsonBlob(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: layers.map(descriptor),
    ...(annotations ? { annotations } : {}),
  });
  return { manifest, config, layers, platform };
}

type IndexGiven = { readonly annotations?: Texts; readonly docker?: boolean; readonly attested?: boolean };

export function createIndex(images: readonly Image[], given: IndexGiven = {}): MultiImage {
  const { annotations, docker = false, attested = false } = given;
  const type = docker ? dockerTypes.index : ociTypes.index;
  const attestations = attested ? images.map(attestationOf) : [];
  const index = jsonBlob(type, {
    schemaVersion: 2,
    mediaType: type,
    manifests: [
      ...images.map((it) => ({ ...descriptor(it.manifest), platform: it.platform })),
      ...attestations.map(({ manifest }, at) => ({
        ...descriptor(manifest),
        platform: { os: "unknown", architecture: "unknown" },
        annotations: {
          "vnd.docker.reference.type": "attestation-manifest",
          "vnd.docker.reference.digest": images[at]?.manifest.digest,
        },
      })),
    ],
    ...(annotations ? { annotations } : {}),
  });
  return { index, images: [...images, ...attestations] };
}

/** As BuildKit adds one for each platform: what it has to say is of no matter here. */
function attestationOf({ manifest }: Image): Image {
  return createImage({ platform: { os: "unknown", architecture: "unknown" }, layers: [`attests ${manifest.digest}`] });
}

const ociTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

const dockerTypes = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

export function jsonBlob(mediaType: string, value: unknown): Blob {
  return blob(Buffer.from(JSON.stringify(value)), mediaType);
}

function blob(bytes: Buffer, mediaType: string): Blob {
  return { digest: digestOf(bytes), mediaType, bytes };
}

export function descriptor({ mediaType, digest, bytes }: Blob) {
  return { mediaType, digest, size: bytes.length };
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** All that belongs to it, what is named before what names it. */
export function blobsOf(image: Image | MultiImage): {
  readonly blobs: readonly Blob[];
  readonly manifests: readonly Blob[];
} {
  const images = "index" in image ? image.images : [image];
  return {
    blobs: images.flatMap((it) => [it.config, ...it.layers]),
    manifests: [...images.map((it) => it.manifest), ...("index" in image ? [image.index] : [])],
  };
}

/** What a tag on it leads to. */
export function top(image: Image | MultiImage): Blob {
  return "index" in image ? image.index : image.manifest;
}
