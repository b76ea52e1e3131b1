// Starts the map of a page and, where the page is a desk, the editing of what it shows.
import { factsOf, start } from "./atlas.js";

const root = document.getElementById("atlas");
const desk = document.getElementById("desk");
const outlines = document.getElementById("outlines");
if (root) {
  const atlas = await start(root);
  const words = JSON.parse(document.getElementById("atlas-words").textContent);
  if (desk) {
    const { edit } = await import("./edit.js");
    edit(desk, atlas, atlas?.facts ?? await factsOf(root), words);
    desk.dataset.state = "ready";
  }
  if (outlines && atlas) {
    const { reshape } = await import("./outlines.js");
    reshape(outlines, atlas, words);
    outlines.dataset.state = "ready";
  }
}
