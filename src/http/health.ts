/** What must be true before anybody may rely on an answer. */
export type Health = {
  /** Slack's questions reach us. */
  readonly slack: boolean;
  /** Each cluster by its name, and whether it was listed once, so that "not there" means not there. */
  readonly clusters: readonly ClusterHealth[];
  /** Channels that take no message of ours. Answers go on without them. */
  readonly channels?: readonly { readonly channel: string; readonly because: string }[];
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

/** What does not work although we are ready, in words: another replica would have the same trouble. */
export function troubles({ clusters, channels = [] }: Health): readonly string[] {
  return [
    ...clusters.flatMap(({ name, denied = [] }) => denied.map((it) => `we may not read ${it}s of cluster ${name}`)),
    ...channels.map(({ channel, because }) => `nothing can be said in channel ${channel}: ${because}`),
  ];
}
