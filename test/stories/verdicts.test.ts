import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { verdictsStory } from "./verdicts.ts";

verdictsStory(startKubernetes);
