import { startKubernetes } from "../../../sim/kubernetes/server.ts";
import { restoringStory } from "./restoring-story.ts";

restoringStory(async () => startKubernetes());
