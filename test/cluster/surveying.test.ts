import { surveyingStory } from "../kubernetes/survey/surveying-story.ts";
import { real } from "./real.ts";

surveyingStory(real);
