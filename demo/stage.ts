/** Everything around the conversation that the page shows and that can be acted on: the guide and the levers. */
export type Stage = {
  see(): Staged;
  /** Calls after each change; call what comes back to hear no more. */
  watch(changed: () => void): () => void;
  pull(lever: string): Promise<void>;
  take(step: string): Promise<void>;
};

export type Staged = { readonly guide: readonly Step[]; readonly levers: readonly Lever[] };

export type Lever = {
  readonly id: string;
  readonly label: string;
  /** What it does, and what to look for then. */
  readonly text: string;
  /** Null: it does one thing and is done. */
  readonly on: boolean | null;
  /** What became of it last; null: nothing to say. */
  readonly said: string | null;
};

export type Step = {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What its button says. */
  readonly action: string;
  readonly state: "later" | "next" | "under way" | "done";
  /** Who to be, and where to look. */
  readonly person: string;
  readonly channel: string;
};

/** Where there is nothing to act on: over a real cluster. */
export const emptyStage: Stage = {
  see: () => ({ guide: [], levers: [] }),
  watch: () => () => null,
  pull: async () => Promise.resolve(),
  take: async () => Promise.resolve(),
};
