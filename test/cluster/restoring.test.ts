import { restoringStory } from "../kubernetes/restoring-story.ts";
import { real } from "./real.ts";

restoringStory(real);
