// Who gives people to whom: a signed circle at each school, an arrow for each way, a square for what is not people.

import { boxOf } from "./details.js";
import { FONT } from "./layers.js";
import { addArrow, addLetter } from "./marks.js";

const BEND = 0.12; // of a way's length: there and back lie beside each other
const STEPS = 12;
const LARGE = 9; // people: fewer are not drawn as large, however few all others are
const HEAD = 0.6; // where on its way an arrow has its head

/** Draw the flows of the facts, where there are any; what a click on a school tells has them too. */
export function flows(atlas) {
  const found = atlas.facts.flows;
  if (!found) return;
  const { map } = atlas.view;
  const { colours, words } = atlas;
  addArrow(map, colours);
  addLetter(map, "gift", words.giftMark, { fill: colours["--flow-gift"], colours });
  draw(map, found, colours);
  const told = new Map(found.schools.map((one) => [one.code, pairsOf(one, words)]));
  for (const school of atlas.facts.schools) school.flow = told.get(school.code);
  atlas.onClick = (_, event) => {
    const [one] = map.queryRenderedFeatures(event.point, { layers: ["flow-circles", "flow-gifts", "flow-heads", "flow-ways"] });
    if (!one) return false;
    const isWay = ["flow-ways", "flow-heads"].includes(one.source);
    const { name, n, code } = isWay ? found.ways[one.id] : found.schools[one.id];
    atlas.open(boxOf(name, isWay ? [[words.people, n]] : told.get(code)), event.lngLat, atlas.view);
    return true;
  };
}

function pairsOf(one, words) {
  return [[words.come, one.come], [words.go, one.go], [words.net, one.netText], ...one.told.map((text, at) => [at ? "" : words.told, text])];
}

function draw(map, found, colours) {
  const most = Math.max(LARGE, ...found.schools.map((one) => Math.abs(one.net)));
  const schools = found.schools.map((one, id) => feature(id, { type: "Point", coordinates: one.at }, {
    text: one.come || one.go ? one.netText : "",
    sign: Math.sign(one.net),
    radius: one.come || one.go ? 10 + 12 * Math.sqrt(Math.abs(one.net) / most) : 0,
    hasGifts: one.hasGifts,
    hasPeople: Boolean(one.come || one.go),
  }));
  const ways = found.ways.map((way) => bent(way.from, way.to));
  const lines = ways.map((spots, id) => feature(id, { type: "LineString", coordinates: spots }, { n: found.ways[id].n }));
  const heads = ways.map((spots, id) => {
    const at = Math.round(HEAD * STEPS);
    return feature(id, { type: "Point", coordinates: spots[at] }, { turn: turn(spots[at - 1], spots[at + 1]) });
  });
  for (const [name, features] of [["flow-ways", lines], ["flow-heads", heads], ["flow-schools", schools]]) {
    map.addSource(name, { type: "geojson", data: { type: "FeatureCollection", features } });
  }
  const width = (more) => ["+", more, ["min", 6, ["sqrt", ["get", "n"]]]];
  const lined = { "line-cap": "round", "line-join": "round" };
  const shown = { "icon-allow-overlap": true, "icon-ignore-placement": true };
  map.addLayer({ id: "flow-halo", type: "line", source: "flow-ways", layout: lined, paint: { "line-color": colours["--halo"], "line-width": width(2.5) } });
  map.addLayer({ id: "flow-ways", type: "line", source: "flow-ways", layout: lined, paint: { "line-color": colours["--bound"], "line-width": width(0.5), "line-opacity": 0.75 } });
  map.addLayer({ id: "flow-heads", type: "symbol", source: "flow-heads", layout: { ...shown, "icon-image": "arrow", "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map" } });
  map.addLayer({
    id: "flow-circles", type: "circle", source: "flow-schools", filter: ["get", "hasPeople"],
    paint: {
      "circle-radius": ["get", "radius"], "circle-stroke-width": 1.5, "circle-stroke-color": colours["--halo"],
      "circle-color": ["match", ["get", "sign"], 1, colours["--flow-gets"], -1, colours["--flow-gives"], colours["--flow-even"]],
    },
  });
  map.addLayer({
    id: "flow-gifts", type: "symbol", source: "flow-schools", filter: ["get", "hasGifts"],
    layout: { ...shown, "icon-image": "gift", "icon-offset": ["case", ["get", "hasPeople"], ["literal", [20, -16]], ["literal", [0, 0]]] },
  });
  map.addLayer({
    id: "flow-texts", type: "symbol", source: "flow-schools",
    layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": "#fff" },
  });
}

function feature(id, geometry, properties) {
  return { type: "Feature", id, geometry, properties };
}

/** Return the spots of an arc from one place to another, to the left of the straight line. */
function bent([x0, y0], [x1, y1]) {
  const shrink = Math.cos((y0 * Math.PI) / 180); // degrees of longitude are shorter than those of latitude
  const middle = [(x0 + x1) / 2 - (BEND * (y1 - y0)) / shrink, (y0 + y1) / 2 + BEND * (x1 - x0) * shrink];
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const t = step / STEPS;
    const mix = (a, b, c) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c;
    return [mix(x0, middle[0], x1), mix(y0, middle[1], y1)];
  });
}

/** Return the direction from one place to another in degrees from north, clockwise. */
function turn([x0, y0], [x1, y1]) {
  return (Math.atan2((x1 - x0) * Math.cos((y0 * Math.PI) / 180), y1 - y0) * 180) / Math.PI;
}
