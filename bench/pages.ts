import { gunzipSync, gzipSync } from "node:zlib";
import { type Fleet, namespaceAt, serviceAt } from "./fleet.ts";
import { kinds, type Plural } from "./objects.ts";

/**
 * Everything the server sends, zipped beforehand: gzip files may be put one after another, so that pages are put together
 * from these pieces and the server costs next to nothing while others are measured.
 */
export type Piece = { readonly namespace: string; readonly count: number; readonly zipped: Buffer };
export type Shelf = {
  /** Objects as items of a list. */
  readonly items: readonly Piece[];
  /** The same as lines of a watch. */
  readonly events: readonly Piece[];
};

/** Smaller pages than this cannot be asked for. */
export const perPiece = 50;

const fast = { level: 1 }; // as the API server zips

export function stock(fleet: Fleet, plural: Plural): Shelf {
  const { kind, apiVersion, of } = kinds[plural];
  const items: Piece[] = [];
  const events: Piece[] = [];
  for (let nth = 0; nth < fleet.namespaces; nth += 1) {
    const first = nth * fleet.servicesEach;
    const objects = Array.from({ length: fleet.servicesEach }, (_, at) => of(serviceAt(fleet, first + at))).flat();
    for (let from = 0; from < objects.length; from += perPiece) {
      const some = objects.slice(from, from + perPiece);
      const about = { namespace: namespaceAt(nth), count: some.length };
      const lines = some.map((it) => `${JSON.stringify({ type: "ADDED", object: { kind, apiVersion, ...it } })}\n`);
      items.push({ ...about, zipped: zip(some.map((it) => JSON.stringify(it)).join(",")) });
      events.push({ ...about, zipped: zip(lines.join("")) });
    }
  }
  return { items, events };
}

export function zip(text: string): Buffer {
  return gzipSync(text, fast);
}

export function unzip(zipped: Buffer): Buffer {
  return gunzipSync(zipped);
}
