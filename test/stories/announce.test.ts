import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { announcedStory } from "./announced.ts";

announcedStory(startKubernetes, { configMaps: false, storm: 40 });
