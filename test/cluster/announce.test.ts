import { announcedStory } from "../stories/announced.ts";
import { real } from "./real.ts";

announcedStory(real, { configMaps: true, storm: process.env["LONG"] === "1" ? 130 : 40 });
