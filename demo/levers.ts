import type { SimKubernetes } from "../sim/kubernetes/server.ts";
import type { Slack } from "../sim/slack/server.ts";
import type { Lever } from "./stage.ts";
import type { Catalog } from "./world/catalog.ts";
import type { Keeper } from "./world/keeper.ts";
import { hero } from "./world/scenario.ts";
import { migration, type Shipping } from "./world/shipping.ts";
import type { DemoStore } from "./world/store.ts";

export type World = {
  readonly slack: Slack;
  readonly prod: SimKubernetes;
  readonly catalog: Catalog;
  readonly shipping: Shipping;
  readonly keeper: Keeper;
  readonly store: DemoStore;
};

/** What a lever does; what comes back undoes it, null where there is nothing to undo. */
type Act = () => Promise<(() => Promise<void>) | null>;
type Made = { readonly id: string; readonly label: string; readonly text: string; readonly act: Act };

/** What can go wrong with a deploy and with everything around it, each with a lever. */
export function createLevers(world: World, changed: () => void) {
  const undo = new Map<string, () => Promise<void>>();
  const said = new Map<string, string>();
  const busy = new Set<string>();
  let breakNext = false;
  const all = leversOf(world, {
    takeBroken: () => {
      const broken = breakNext;
      undo.delete("break");
      breakNext = false;
      return broken;
    },
    setBroken: (on) => {
      breakNext = on;
    },
  });

  async function pull(id: string): Promise<void> {
    const lever = all.find((it) => it.id === id);
    if (!lever || busy.has(id)) return;
    busy.add(id);
    try {
      const back = undo.get(id);
      undo.delete(id);
      if (back) await back();
      else {
        said.set(id, "Under way…");
        changed();
        const made = await lever.act();
        if (made) undo.set(id, made);
      }
      said.delete(id);
      if (isOnce(id)) said.set(id, "Done.");
    } catch (err) {
      said.set(id, err instanceof Error ? err.message : String(err));
    } finally {
      busy.delete(id);
      changed();
    }
  }

  return {
    pull,
    see: (): readonly Lever[] =>
      all.map(({ id, label, text }) => ({
        id,
        label,
        text,
        on: isOnce(id) ? null : undo.has(id),
        said: said.get(id) ?? null,
      })),
  };
}

/** Those that do one thing, and have no state to be in. */
function isOnce(id: string): boolean {
  return ["ship", "migration", "kill", "limit"].includes(id);
}

type Breaking = { readonly takeBroken: () => boolean; readonly setBroken: (on: boolean) => void };

function leversOf({ slack, prod, catalog, shipping, keeper, store }: World, breaking: Breaking): readonly Made[] {
  const flux = "kustomize.toolkit.fluxcd.io";
  return [
    {
      id: "ship",
      label: "Ship the next release",
      text: "A pipeline deploys the next version of checkout to prod. #deploys tells how it goes.",
      act: async () => {
        await shipping.shipNext({ broken: breaking.takeBroken(), deployer: "alice@example.org" });
        return null;
      },
    },
    {
      id: "break",
      label: "Break the next deploy",
      text: "The next version of checkout crashes as soon as it starts.",
      act: async () => {
        breaking.setBroken(true);
        return Promise.resolve(async () => Promise.resolve(breaking.setBroken(false)));
      },
    },
    {
      id: "image",
      label: "Delete the earlier images",
      text: "The registry's clean-up keeps only what runs now. There is nothing left to go back to.",
      act: async () => {
        const digests = await shipping.earlier();
        digests.forEach((it) => catalog.withdraw(it));
        return async () => Promise.resolve(digests.forEach((it) => catalog.restore(it)));
      },
    },
    {
      id: "config",
      label: "Prune the earlier ConfigMaps",
      text: "The settings that earlier versions start with are gone.",
      act: async () => {
        const digests = await shipping.earlier();
        for (const it of digests) await shipping.removeConfig(it);
        return async () => {
          for (const it of digests) await shipping.restoreConfig(it);
        };
      },
    },
    {
      id: "heal",
      label: "Let Flux own checkout",
      text: "A Kustomization puts back what Git says, within minutes of whatever anybody else does.",
      act: async () => {
        await shipping.note({ labels: { [`${flux}/name`]: "shop", [`${flux}/namespace`]: "flux-system" } });
        return async () => shipping.note({ labels: { [`${flux}/name`]: null, [`${flux}/namespace`]: null } });
      },
    },
    {
      id: "migration",
      label: "Mark the migration irreversible",
      text: "The release that runs now changed the database in a way that earlier versions cannot live with.",
      act: async () => {
        await shipping.note({ annotations: { [migration]: "irreversible" } });
        return null;
      },
    },
    {
      id: "tag",
      label: "Move the earlier tags",
      text: "Somebody pushes other images under the tags of earlier versions. The digests stay what they are.",
      act: async () => {
        const digests = await shipping.earlier();
        const names = digests.map((it) => `${hero.repository}:${catalog.tagOf(it)}`);
        const rules = names.map((it) => [it, prod.images.get(catalog.reference(it))] as const);
        for (const it of new Set(names)) {
          prod.images.set(catalog.reference(it), { digest: catalog.rebuild(it), readyAfter: "1200ms" });
        }
        return async () => {
          digests.forEach((it) => catalog.restore(it));
          for (const [name, rule] of rules) if (rule) prod.images.set(catalog.reference(name), rule);
          return Promise.resolve();
        };
      },
    },
    {
      id: "kill",
      label: "Kill the bot",
      text: "Its process ends at once, and another one starts: it goes on where the first one was.",
      act: async () => {
        await store.bringBack();
        await keeper.kill();
        return null;
      },
    },
    {
      id: "store",
      label: "Drop the store",
      text: "What the bot keeps is out of reach. It goes on to answer, and refuses what it could not remember.",
      act: async () => {
        await store.drop();
        return store.bringBack;
      },
    },
    {
      id: "cluster",
      label: "Cut the cluster off",
      text: "The API server of prod-eu cannot be reached. Answers say how old they are.",
      act: async () => {
        await prod.faults.stopListening();
        return prod.faults.listenAgain;
      },
    },
    {
      id: "limit",
      label: "Let Slack ask for patience",
      text: "Slack turns the next messages and edits away for some seconds. They come late, and once.",
      act: async () => {
        for (const method of ["chat.postMessage", "chat.update"]) {
          slack.failNext(method, { kind: "rate-limited", seconds: 3 }, 2);
        }
        return Promise.resolve(null);
      },
    },
  ];
}
