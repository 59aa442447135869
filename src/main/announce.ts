import type { Environment } from "../config.ts";
import { routesOf } from "../core/announcement/route.ts";
import type { Story } from "../core/announcement/story.ts";
import type { Aliases } from "../core/image/identity.ts";
import type { LinkTemplates } from "../core/image/link.ts";
import type { View } from "../core/view.ts";
import { createFlags } from "../flows/announce/flags.ts";
import { createAnnouncing } from "../flows/announce/note.ts";
import { createStormTeller, createStorms } from "../flows/announce/storm.ts";
import { createStories } from "../flows/announce/story.ts";
import { createAnnouncementTeller } from "../flows/announce/teller.ts";
import { createDelivering } from "../flows/deliver.ts";
import type { Recording } from "../flows/record.ts";
import type { Teller } from "../flows/deliver/teller.ts";
import type { Troubles } from "../flows/deliver/troubles.ts";
import type { Log } from "../log.ts";
import type { Clock, Store } from "../ports.ts";
import type { Chat } from "../ports/chat.ts";

type Deps = {
  readonly environments: readonly Environment[];
  readonly store: Store;
  readonly view: View;
  readonly aliases: Aliases;
  readonly recording: Recording;
  readonly links: LinkTemplates;
  readonly people: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly newId: () => string;
};

type Telling = Pick<Deps, "store" | "clock" | "newId"> & {
  readonly chat: Chat;
  readonly tellers: readonly Teller[];
  readonly troubles: Troubles;
  readonly log: Log;
};

/** What notes releases with the ledger's steps, and what tells them. */
export function createAnnouncements(deps: Deps) {
  const { environments, store, people, links, newId } = deps;
  const stories = createStories({ ...deps, flagsOf: createFlags(deps) });
  const stormOf = createStorms({ store, newId });

  function mentionOf({ announcement: { service, environments: names }, parts: [{ release }] }: Story): string | null {
    const mentioning = environments.filter((it) => it.announce?.mention === true);
    if (routesOf(service, names, mentioning).length === 0) return null;
    const [deployer] = release.provenance.deployers;
    return deployer?.value.kind === "person" ? (people.get(deployer.value.name) ?? null) : null;
  }

  return {
    announcing: createAnnouncing({ store, environments }),
    tellers: [
      createAnnouncementTeller({ store, stories, links, mentionOf, stormOf }),
      createStormTeller({ store, stories }),
    ] satisfies readonly Teller[],
  };
}

/** The loop that tells in Slack what there is to tell. */
export function createTelling({ log, ...deps }: Telling) {
  return createDelivering({
    ...deps,
    failed: ({ record, err }) => log.error({ err, record }, "could not be told, and is tried again"),
  });
}
