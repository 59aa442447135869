import type { Refused } from "../../core/plan/offer.ts";
import type { Store } from "../../ports.ts";

/** Nothing is done to a cluster before it is written where it stays. Null: it would be. */
export async function storeRefusal(store: Pick<Store, "durability">): Promise<Refused | null> {
  try {
    const durability = await store.durability();
    return durability.durable ? null : { kind: "store", because: durability.because };
  } catch (err) {
    return { kind: "store", because: [sentenceOf(err)] };
  }
}

/** A store that cannot tell says so in a sentence. Anything else is a fault of ours. */
export function sentenceOf(err: unknown): string {
  if (err instanceof Error && err.name === "StoreFault") return err.message;
  throw err;
}
