import { startKubernetes } from "../../sim/kubernetes/server.ts";
import { threeServicesStory } from "./three-services.ts";

for (const mode of ["socket", "http"] as const) threeServicesStory(startKubernetes, mode);
