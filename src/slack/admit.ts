import type { AnyMiddlewareArgs, Middleware } from "@slack/bolt";
import { decline } from "./decline.ts";
import { teamsOf } from "./payload/payload.ts";

/**
 * In a channel shared with another workspace, its people see our messages and press our buttons. What runs where is told
 * to our own workspace only. A payload that names no workspace is nobody's.
 */
export function admitOnly(team: () => string | null): Middleware<AnyMiddlewareArgs> {
  return async (args) => {
    const teams = teamsOf(args.body);
    const ours = teams.length > 0 && teams.every((it) => it === team());
    if (ours) await args.next();
    else await decline(args, { kind: "stranger" });
  };
}
