import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type ImageConfig,
  labelKeys,
  type Labels,
  type Manifest,
  type Platform,
  platformOf,
} from "../core/image/manifest.ts";
import { type Digest, isDigest } from "../core/image/reference.ts";

const indexTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** A registry that is not told all of these, for HEAD too, may say that an image it has is not there. */
export const accepted = [...indexTypes, ...manifestTypes].join(", ");

export function contentDigest(bytes: Buffer): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Whether these bytes are what the digest names. */
export function isContent(bytes: Buffer, digest: Digest): boolean {
  const [algorithm = "", hex] = digest.split(":");
  return createHash(algorithm).update(bytes).digest("hex") === hex;
}

const digest = z.string().refine(isDigest);
const mediaType = z.string().optional();
const mostParts = 256;

const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });
const part = z.object({ digest, platform: platform.optional().catch(undefined), annotations: z.unknown().optional() });
const manifestBody = z.object({
  mediaType,
  manifests: z.array(part).max(mostParts).optional(),
  config: z.object({ digest }).optional(),
  layers: z.unknown().optional(),
  annotations: z.unknown().optional(),
});

/** Null for what is no manifest that we know, or says two things at once about what it is. */
export function parseManifest(bytes: Buffer, contentType: string | null): Manifest | null {
  const body = manifestBody.safeParse(jsonOf(bytes)).data;
  const told = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const header = [...indexTypes, ...manifestTypes].includes(told) ? told : null; // some serve it as any JSON
  const type = body?.mediaType ?? header;
  if (!body || type === null || (header !== null && header !== type)) return null;

  const labels = labelsIn(body.annotations);
  if (indexTypes.includes(type) && body.manifests && !body.config && body.layers === undefined) {
    const parts = body.manifests
      .filter(isImage)
      .map((it) => ({ digest: it.digest, platform: platformIn(it.platform) }));
    return { kind: "index", parts, labels };
  }
  if (manifestTypes.includes(type) && body.config && !body.manifests) {
    return { kind: "manifest", config: body.config.digest, labels };
  }
  return null;
}

/** BuildKit puts its attestations into the index, as manifests of a platform that does not exist. */
function isImage({ platform: on, annotations }: z.output<typeof part>): boolean {
  return !(on?.os === "unknown" && on.architecture === "unknown") && !hasKey(annotations, "vnd.docker.reference.type");
}

const configBody = z.object({
  os: z.string().optional().catch(undefined),
  architecture: z.string().optional().catch(undefined),
  variant: z.string().optional().catch(undefined),
  created: z.string().optional().catch(undefined),
  config: z.object({ Labels: z.unknown().optional() }).nullish().catch(null),
  rootfs: z
    .object({ diff_ids: z.array(digest).max(1024) })
    .optional()
    .catch(undefined),
});

/** Null for what is no image's configuration. */
export function parseConfig(bytes: Buffer): ImageConfig | null {
  const body = configBody.safeParse(jsonOf(bytes)).data;
  if (!body) return null;
  const { os, architecture, variant, created } = body;
  const createdAt = Date.parse(created ?? "");
  return {
    platform: os && architecture ? platformIn({ os, architecture, variant }) : null,
    labels: labelsIn(body.config?.Labels),
    createdAt: createdAt > 0 ? createdAt : null, // builds that want to be the same each time say 1970
    layers: body.rootfs?.diff_ids ?? [],
  };
}

function platformIn(on: z.output<typeof platform> | undefined): Platform | null {
  if (!on) return null;
  const isPlain = [on.os, on.architecture, on.variant ?? ""].every((it) => /^[\w.-]{0,40}$/.test(it));
  return isPlain ? platformOf(on.os, on.architecture, on.variant ?? null) : null;
}

const longestLabel = 1024;

/** Only the keys we know, however many there are and whatever they are called. */
function labelsIn(written: unknown): Labels {
  const found = labelKeys.flatMap((key) => {
    const value = hasKey(written, key) ? written[key] : null;
    return typeof value === "string" && value.length <= longestLabel ? [[key, value] as const] : [];
  });
  return Object.fromEntries(found);
}

function hasKey(value: unknown, key: string): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}

const errorBody = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });

/** Whether a 404 is a registry's own word for "there is none", and not that of something in between. */
export function saysNotFound(bytes: Buffer): boolean {
  const body = errorBody.safeParse(jsonOf(bytes)).data;
  return body?.errors.some((it) => /(?:UNKNOWN|NOT_FOUND)$/.test(it.code)) ?? false;
}
