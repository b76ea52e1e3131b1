// The map on which a family finds its home: what is touched is named, with a link that chooses it.
import { start } from "../maps/atlas.js";
import { detailsOf } from "../maps/details.js";

const root = document.getElementById("atlas");
const atlas = await start(root);
if (atlas) {
  atlas.onClick = ({ home }, event) => {
    if (home === undefined) return false;
    const box = detailsOf(atlas, { home }, atlas.view.side);
    const link = document.createElement("a");
    link.href = `${root.dataset.chosen}?${new URLSearchParams({ home: atlas.facts.homes.code[atlas.view.place.get(home)] })}`;
    link.className = "button main";
    link.textContent = atlas.words.choose;
    box.querySelector("h3").after(link);
    atlas.open(box, event.lngLat, atlas.view);
    return true;
  };
}
