import type { PodContainer } from "../../core/workload.ts";

/** What comes a thousand times over, and of which every parsed answer has copies of its own, is kept once. */
export type Sharing = {
  /** The same text as the same object: names of images, nodes and owners. */
  readonly intern: (text: string) => string;
  /** The containers of the pod before, where these are just like them: the pods of a revision come one after the other. */
  readonly twin: (containers: readonly PodContainer[]) => readonly PodContainer[];
};

/** For the few objects of one look. */
export const unshared: Sharing = { intern: (it) => it, twin: (it) => it };

/** What belongs together comes together: to remember more would take more memory than it saves. */
const mostKept = 10_000;

export function createSharing(): Sharing {
  const kept = new Map<string, string>();
  let before: readonly PodContainer[] = [];

  function intern(text: string): string {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= mostKept) kept.clear(); // only memory is lost by it
    kept.set(text, text);
    return text;
  }

  function twin(containers: readonly PodContainer[]): readonly PodContainer[] {
    if (!areAlike(before, containers)) before = containers;
    return before;
  }

  return { intern, twin };
}

function areAlike(some: readonly PodContainer[], others: readonly PodContainer[]): boolean {
  return some.length === others.length && some.every((it, at) => isAlike(it, others[at]));
}

/** One that waits or has ended is like no other. */
function isAlike(one: PodContainer, other: PodContainer | undefined): boolean {
  if (other === undefined) return false;
  for (const [key, value] of Object.entries(one)) if (Reflect.get(other, key) !== value) return false;
  return true;
}
