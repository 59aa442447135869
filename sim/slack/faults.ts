/** What goes wrong with one call. */
export type Fault =
  | { readonly kind: "rate-limited"; readonly seconds: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "error"; readonly error: string }
  | { readonly kind: "slow"; readonly ms: number }
  /** The connection breaks before anything is done. */
  | { readonly kind: "lost-request" }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: "lost-answer" };

export type Faults = {
  /** The next `times` calls of a method (or `response_url`) go wrong this way. */
  next(method: string, fault: Fault, times?: number): void;
  take(method: string): Fault | null;
};

export function createFaults(): Faults {
  const queued = new Map<string, Fault[]>();
  return {
    next: (method, fault, times = 1) => {
      const faults = Array.from({ length: times }, () => fault);
      queued.set(method, [...(queued.get(method) ?? []), ...faults]);
    },
    take: (method) => queued.get(method)?.shift() ?? null,
  };
}
