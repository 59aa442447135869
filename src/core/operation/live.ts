/** What was read of a workload just before it is to be changed, past every stream and cache. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A pod template as the API server has it, every field of it, known to us or not. It is handed through, never kept: it can
 * hold what people wrote into environment variables. Two are the same exactly when their hashes are.
 */
export type RawTemplate = { readonly hash: string; readonly json: Json };

export type Live = {
  readonly uid: string;
  readonly generation: number;
  /** The annotation that carries the last operation which touched the workload, null when it has none. */
  readonly fence: string | null;
  readonly template: RawTemplate;
  /** Null when there is no such map, which a patch has to know. */
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly paused: boolean;
  readonly deleting: boolean;
};

/** What a patch that has been sent counts on. While all three hold, it may land yet. */
export type Sent = Pick<Live, "uid" | "generation" | "fence">;

/**
 * The generation of one object only grows, and every patch of ours tests the fence and changes it: once one of these
 * differs, the tests of a patch that was sent before cannot pass any more, however late it arrives.
 */
export function couldStillLand(sent: Sent, live: Live): boolean {
  return live.uid === sent.uid && live.generation === sent.generation && live.fence === sent.fence;
}

/** One template that a workload had: a ReplicaSet's, or a ControllerRevision's. */
export type RawRevision = {
  readonly uid: string;
  readonly name: string;
  readonly number: number;
  readonly template: RawTemplate;
  readonly annotations: Readonly<Record<string, string>>;
};
