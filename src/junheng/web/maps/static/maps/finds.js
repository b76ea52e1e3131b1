// A list of the homes that were found by name: the first of them, and word that there are more.
import { filled } from "./filled.js";

const MOST = 60;

/** Show homes in a list, each as `made` makes it. */
export function finds(list, homes, words, made) {
  const items = homes.slice(0, MOST).map((home) => itemOf(made(home)));
  if (homes.length > MOST) items.push(itemOf(filled(words.moreHomes, { n: MOST })));
  list.replaceChildren(...items);
}

function itemOf(content) {
  const item = document.createElement("li");
  item.append(content);
  return item;
}
