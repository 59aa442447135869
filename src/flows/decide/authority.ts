import type { Intent } from "../../core/operation/operation.ts";
import { type Authority, authorityOf } from "../../core/plan/authority.ts";
import type { Rules } from "../../core/plan/rules.ts";
import { deadlineIn } from "../../deadline.ts";
import type { Standing } from "../../ports/standing.ts";

type Deps = {
  readonly standing: Standing;
  /** Null: rollback is off there. */
  readonly rulesOf: (environment: string) => Pick<Rules, "allow"> | null;
  /** How long a decision waits for Slack. */
  readonly waitMs?: number;
};

export type Authorizing = {
  /** Asked at the click, and again before anything is done. Never rejects: what nobody can tell is a no. */
  mayRollBack(user: string, environment: string, stop?: AbortSignal): Promise<Authority>;
  /** The same of what was confirmed, just before it is done. Rejects when nobody can tell: then it waits. */
  stillMay(intent: Intent, stop: AbortSignal): Promise<boolean>;
};

export function createAuthorizing({ standing, rulesOf, waitMs = 1_500 }: Deps): Authorizing {
  async function mayRollBack(user: string, environment: string, stop?: AbortSignal): Promise<Authority> {
    const who = rulesOf(environment)?.allow ?? { users: [], groups: [] };
    using deadline = deadlineIn(waitMs, ...(stop ? [stop] : []));
    const { signal } = deadline;
    const isNamed = who.users.includes(user);
    const [status, ...groups] = await Promise.all([
      standing.status(user, signal),
      ...(isNamed ? [] : who.groups.map(async (it) => standing.members(it, signal))),
    ]);
    return authorityOf({ user, status, who, groups });
  }

  async function stillMay({ operator, asked }: Intent, stop: AbortSignal): Promise<boolean> {
    const authority = await mayRollBack(operator.id, asked.environment, stop);
    if (authority.kind === "not known") throw new Error(authority.because);
    return authority.kind === "allowed";
  }

  return { mayRollBack, stillMay };
}
