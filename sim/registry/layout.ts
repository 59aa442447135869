import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { blobsOf, descriptor, type Image, type MultiImage, top } from "./image.ts";

/**
 * Writes an OCI image layout, as `skopeo copy oci:<folder>:<tag>` reads it: with OCI media types only, and not Docker's.
 * https://specs.opencontainers.org/image-spec/image-layout/
 */
export async function writeLayout(folder: string, tag: string, image: Image | MultiImage): Promise<void> {
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const { blobs: content, manifests } = blobsOf(image);
  for (const { digest, bytes } of [...content, ...manifests]) {
    await writeFile(join(blobs, digest.slice("sha256:".length)), bytes);
  }
  const named = { ...descriptor(top(image)), annotations: { "org.opencontainers.image.ref.name": tag } };
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
}
