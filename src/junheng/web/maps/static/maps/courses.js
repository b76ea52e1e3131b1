// A layout plan on the map: what happens to each site, as far as it holds in the chosen year.

import { boxOf } from "./details.js";
import { filled } from "./filled.js";
import { addLetters } from "./marks.js";

/** Draw the courses of the facts, where there are any, and let a slider choose the year. */
export function courses(atlas) {
  const found = atlas.facts.courses;
  if (!found) return;
  const { map } = atlas.view;
  addLetters(map, found, atlas.colours);
  draw(map, found, atlas.colours);
  const slider = atlas.root.querySelector("[data-year]");
  const told = atlas.root.querySelector("[data-year-told]");
  const show = () => {
    const year = Number(slider.value);
    atlas.view.busy();
    for (const layer of ["courses", "ways", "way-halo"]) map.setFilter(layer, ["<=", ["get", "year"], year]);
    told.textContent = words(atlas.words, found, year);
    slider.setAttribute("aria-valuetext", String(year));
  };
  slider.addEventListener("input", show);
  show();
  atlas.onClick = (_, event) => {
    const [one] = map.queryRenderedFeatures(event.point, { layers: ["courses"] });
    if (one) atlas.open(detailsOf(atlas.words, found[one.id]), found[one.id].at, atlas.view);
    return Boolean(one);
  };
}

function words(text, found, year) {
  const holds = found.filter((one) => one.year <= year);
  const fresh = found.filter((one) => one.year === year).map((one) => `${one.name} ${one.text}`);
  const kinds = new Map();
  for (const one of holds) kinds.set(one.text, (kinds.get(one.text) ?? 0) + 1);
  const all = [...kinds].map(([kind, n]) => `${kind} ${n}`);
  const parts = [filled(text.untilYear, { year }), all.join(text.and) || text.nothingYet];
  if (fresh.length) parts.push(filled(text.thisYear, { list: fresh.join(text.and) }));
  return parts.join(" ");
}

function draw(map, found, colours) {
  const of = (features) => ({ type: "geojson", data: { type: "FeatureCollection", features } });
  const feature = (one, id, geometry) => ({ type: "Feature", id, properties: { year: one.year, mark: `course-${one.kind}` }, geometry });
  map.addSource("courses", of(found.map((one, id) => feature(one, id, { type: "Point", coordinates: one.at }))));
  map.addSource("ways", of(found.flatMap((one, id) => (one.to ? [feature(one, id, { type: "LineString", coordinates: [one.at, one.to] })] : []))));
  map.addLayer({ id: "way-halo", type: "line", source: "ways", paint: { "line-color": colours["--halo"], "line-width": 5 } }, "schools");
  map.addLayer({ id: "ways", type: "line", source: "ways", paint: { "line-color": colours["--bound"], "line-width": 2, "line-dasharray": [2, 1.2] } }, "schools");
  map.addLayer({ id: "courses", type: "symbol", source: "courses", layout: { "icon-image": ["get", "mark"], "icon-allow-overlap": true, "icon-ignore-placement": true } });
}

function detailsOf(text, one) {
  return boxOf(one.name, [
    [text.course, one.text],
    [text.partner, one.partner ?? ""],
    [text.inUse, one.year],
    [text.batch, one.batch],
    [text.yuan, one.yuan],
  ]);
}
