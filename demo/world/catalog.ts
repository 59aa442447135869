import { amd64, arm64, createImage, createIndex, type MultiImage } from "../../sim/registry/image.ts";
import type { RegistryStandIn } from "../../sim/registry/server.ts";

/** The images of the scenario in a registry: `acme/checkout:1.4.2` is what they are called here. */
export type Catalog = ReturnType<typeof createCatalog>;

type Built = { readonly repository: string; readonly tag: string; readonly image: MultiImage };

export function createCatalog(registry: RegistryStandIn) {
  const built = new Map<string, Built>();

  function publish(name: string, contents: string): string {
    const [repository = "", tag = ""] = name.split(":");
    const platforms = [amd64, arm64].map((platform) => createImage({ platform, layers: ["base", contents] }));
    const image = createIndex(platforms);
    registry.push(repository, tag, image);
    built.set(image.index.digest, { repository, tag, image });
    return image.index.digest;
  }

  return {
    /** As a pod template names it. What is not ours is left as it is. */
    reference: (name: string) => (name.startsWith("acme/") ? `${registry.host}/${name}` : name),
    repository: (name: string) => `${registry.host}/${name.split(":")[0] ?? name}`,
    /** The same contents have the same digest, however often they are published. */
    publish: (name: string) => publish(name, name),
    /** Other contents under the same tag. */
    rebuild: (name: string) => publish(name, `${name}, built again`),
    /** By digest: whatever was ever published of a repository. */
    digestsOf: (repository: string) =>
      [...built].flatMap(([digest, it]) => (it.repository === repository ? [digest] : [])),
    tagOf: (digest: string) => built.get(digest)?.tag ?? "",
    withdraw: (digest: string) => {
      const found = built.get(digest);
      if (found) registry.remove(found.repository, digest);
    },
    restore: (digest: string) => {
      const found = built.get(digest);
      if (found) registry.push(found.repository, found.tag, found.image);
    },
  };
}
