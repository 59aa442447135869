import { startKubernetes } from "../../../sim/kubernetes/server.ts";
import { statefulStory } from "../stateful-story.ts";

statefulStory(async () => startKubernetes({ backOff: "100ms" }));
