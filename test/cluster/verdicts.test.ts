import { verdictsStory } from "../stories/verdicts.ts";
import { real } from "./real.ts";

verdictsStory(real);
