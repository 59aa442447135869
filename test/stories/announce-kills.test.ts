import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { announceKilledStory } from "./announce-killed.ts";

announceKilledStory(startKubernetes);
