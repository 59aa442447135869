/** What must be true before anybody may rely on an answer. */
export type Health = {
  /** Slack's questions reach us. */
  readonly slack: boolean;
  /** Each cluster by its name, and whether it was listed once, so that "not there" means not there. */
  readonly clusters: readonly ClusterHealth[];
};
type ClusterHealth = {
  readonly name: string;
  readonly listed: boolean;
  /** The kinds of workload that we may not read there. That is known, so it keeps nothing from being ready. */
  readonly denied?: readonly string[];
};

/** What is missing, in words; empty when we are ready. Everybody may read it: no addresses, no reasons. */
export function missing({ slack, clusters }: Health): readonly string[] {
  const unlisted = clusters.filter((it) => !it.listed).map((it) => `cluster ${it.name} has not been listed yet`);
  return [...(slack ? [] : ["Slack is not connected"]), ...unlisted];
}

/** What is left out of all answers, in words. */
export function leftOut({ clusters }: Health): readonly string[] {
  return clusters.flatMap(({ name, denied = [] }) =>
    denied.map((kind) => `${kind}s of cluster ${name} may not be read`),
  );
}
