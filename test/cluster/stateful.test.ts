import { statefulStory } from "../kubernetes/stateful-story.ts";
import { real } from "./real.ts";

statefulStory(real);
