import { restoringStory } from "../kubernetes/restore/restoring-story.ts";
import { real } from "./real.ts";

restoringStory(real);
