// Starts the map of a page and, where the page is a desk, the editing of what it shows.
import { factsOf, start } from "./atlas.js";

const root = document.getElementById("atlas");
const desk = document.getElementById("desk");
if (root) {
  const atlas = await start(root);
  if (desk) {
    const { edit } = await import("./edit.js");
    edit(desk, atlas, atlas?.facts ?? await factsOf(root), JSON.parse(document.getElementById("atlas-words").textContent));
  }
}
