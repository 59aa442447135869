/** What must be true before anybody may rely on an answer. */
export type Health = {
  /** Slack's questions reach us. */
  readonly slack: boolean;
  /** Each cluster by its name, and whether it was listed once, so that "not there" means not there. */
  readonly clusters: readonly { readonly name: string; readonly listed: boolean }[];
};

/** What is missing, in words; empty when we are ready. Everybody may read it: no addresses, no reasons. */
export function missing({ slack, clusters }: Health): readonly string[] {
  const unlisted = clusters.filter((it) => !it.listed).map((it) => `cluster ${it.name} has not been listed yet`);
  return [...(slack ? [] : ["Slack is not connected"]), ...unlisted];
}
