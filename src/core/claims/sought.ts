import type { Aliases } from "../image/identity.ts";
import { type Digest, repositoryOf } from "../image/reference.ts";
import { digestOf } from "../container.ts";
import type { Running } from "../running.ts";

/** One image that claims are looked for about. */
export type Sought = {
  readonly repository: string;
  /** The digest that the answer shows. */
  readonly digest: Digest;
  /** Others of the same image. Null: nobody has looked them up. */
  readonly aliases: ReadonlySet<Digest> | null;
};

/** The images that the main containers run, each once. */
export function soughtOf(running: readonly Running[], aliases: Aliases): readonly Sought[] {
  const images = running.flatMap((it) => mainImageOf(it) ?? []);
  const distinct = new Map(images.map((it) => [it.digest, it]));
  return [...distinct.values()].map((it) => ({ ...it, aliases: aliases(it.digest) }));
}

/** Null while its digest is not known. */
export function mainImageOf({ containers: [main] }: Running): Pick<Sought, "repository" | "digest"> | null {
  if (main?.image.kind !== "reference") return null;
  const digest = digestOf(main);
  return digest === null ? null : { repository: repositoryOf(main.image), digest };
}
