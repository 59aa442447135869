export type Person = {
  readonly id: string;
  readonly name: string;
  readonly realName?: string;
  readonly email?: string;
  readonly tz?: string;
  /** `restricted` sees several channels, `ultra_restricted` one. */
  readonly guest?: "restricted" | "ultra_restricted";
  readonly deleted?: boolean;
  readonly bot?: boolean;
  /** Somebody of another workspace, through a shared channel. */
  readonly team?: string;
};

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly archived?: boolean;
  readonly private?: boolean;
  /** When somebody made it, in seconds. */
  readonly created?: number;
};

export type Group = {
  readonly id: string;
  readonly handle: string;
  readonly users: readonly string[];
  readonly disabled?: boolean;
};

/** The one workspace, and who our app is in it. */
export const team = { id: "T0SIM", domain: "simulated" } as const;
export const app = { id: "A0SIM", botId: "B0SIM", userId: "U0SIMBOT", name: "whatsrunning" } as const;

/** As users.info tells it. */
export function userObject(person: Person): object {
  const name = person.realName ?? person.name;
  return {
    id: person.id,
    team_id: person.team ?? team.id,
    name: person.name,
    real_name: name,
    deleted: person.deleted ?? false,
    tz: person.tz ?? "Etc/UTC",
    profile: { real_name: name, display_name: person.name, team: person.team ?? team.id },
    is_bot: person.bot ?? false,
    is_app_user: false,
    is_restricted: person.guest !== undefined,
    is_ultra_restricted: person.guest === "ultra_restricted",
    ...(person.team === undefined ? {} : { is_stranger: true }),
    updated: 0,
  };
}

export function channelObject(channel: Channel): object {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.private !== true,
    is_group: channel.private === true,
    is_im: false,
    is_mpim: false,
    is_private: channel.private === true,
    is_archived: channel.archived ?? false,
    is_member: channel.members.includes(app.userId),
    created: channel.created ?? 0,
    num_members: channel.members.length,
  };
}
