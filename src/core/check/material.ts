/** What was learnt for the checks before a rollback. What could not be learnt is said, and never taken for a fact. */
export type Learnt<T> =
  | { readonly kind: "known"; readonly value: T }
  /** We may not know it. */
  | { readonly kind: "refused"; readonly because: string }
  /** It could not be asked, or not in time. */
  | { readonly kind: "no answer"; readonly because: string };

/** What a pod template needs beside its images, by name. */
export type Reference = {
  readonly kind: "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "ServiceAccount" | "PriorityClass";
  readonly name: string;
  /** Pods start without it. */
  readonly optional: boolean;
};

export type Referenced = Reference & { readonly is: Learnt<"there" | "missing"> };

/** A HorizontalPodAutoscaler of the workload. */
export type Scaling = {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly current: number | null;
};

/** One line of a ResourceQuota, as it is written there: `pods`, `10`, `8`. */
export type Quota = {
  readonly name: string;
  readonly resource: string;
  readonly hard: string;
  readonly used: string;
};

/** Who else writes the workload, as far as it says so itself. */
export type Owners = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The object that controls it: an operator's, mostly. */
  readonly controller: { readonly apiVersion: string; readonly kind: string; readonly name: string } | null;
  /** Field managers with what they did it by: `Apply` or `Update`. */
  readonly managers: readonly { readonly name: string; readonly operation: string }[];
};
