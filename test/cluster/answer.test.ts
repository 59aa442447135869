import { threeServicesStory } from "../stories/three-services.ts";
import { real } from "./real.ts";

for (const mode of ["socket", "http"] as const) threeServicesStory(real, mode);
