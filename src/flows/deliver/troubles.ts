/** Channels that take no message of ours, and why. Each is told once, until one takes a message again. */
export type Troubles = {
  /** `because` is a sentence for people. */
  failed(channel: string, because: string): void;
  worked(channel: string): void;
  all(): readonly Trouble[];
};

type Trouble = { readonly channel: string; readonly because: string };

type Deps = {
  /** Another reason than the last one counts as news. */
  readonly began: (trouble: Trouble) => void;
  readonly ended: (trouble: Trouble) => void;
};

/** What this process has seen since it started: who asks another replica may hear less. */
export function createTroubles({ began, ended }: Deps): Troubles {
  const known = new Map<string, Trouble>();

  function failed(channel: string, because: string): void {
    if (known.get(channel)?.because === because) return;
    const trouble = { channel, because };
    known.set(channel, trouble);
    began(trouble);
  }

  function worked(channel: string): void {
    const trouble = known.get(channel);
    if (!trouble) return;
    known.delete(channel);
    ended(trouble);
  }

  return { failed, worked, all: () => [...known.values()] };
}
