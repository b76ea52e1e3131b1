// What is drawn, from below to above. Homes are drawn once; what is said of some of them lies in small layers of its own.

export const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "sans-serif"];
const NAMES = [
  ...["--land", "--edge", "--bound", "--moved", "--halo", "--label"],
  ...["--h0", "--h1", "--h2", "--h3", "--h4", "--h5", "--l0", "--l1", "--l2", "--l3", "--l4", "--l5", "--l-none"],
  ...["--course-open", "--course-expand", "--course-buy_back", "--course-branch", "--course-merge", "--course-close", "--sans"],
  ...["--flow-gets", "--flow-gives", "--flow-even", "--flow-gift"],
  ...["--ok-mark", "--bad-mark", "--none-mark", "--ok-zone", "--bad-zone"],
];
/** Corners of zones that change their outline by less, at the zoom at hand, are not drawn: drawing them costs most. */
const COARSE_PX = 1;
export const EMPTY = { type: "FeatureCollection", features: [] };
/** Of layers that say something of some homes, while they say it of none: even an empty layer passes over every pixel. */
const UNSEEN = { visibility: "none" };

/** Draw the layers that say something of some homes, or leave them out. */
export function see(map, source, isSeen) {
  for (const id of [source, `${source}-fill`, `${source}-halo`, `${source}-dots`]) {
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", isSeen ? "visible" : "none");
  }
}

export function coloursOf(root) {
  const style = getComputedStyle(root);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(name).trim()]));
}

/** Return the colour of a zone or of a home's point, by what the map is coloured by. */
export function paint(colours, by) {
  const hues = ["match", ["get", "hue"], ...[0, 1, 2, 3, 4, 5].flatMap((n) => [n, colours[`--h${n}`]]), colours["--land"]];
  const loads = ["match", ["get", "load"], ...[0, 1, 2, 3, 4, 5].flatMap((n) => [`u${n}`, colours[`--l${n}`]]), colours["--l-none"]];
  const verdicts = ["match", ["get", "tone"], "ok", colours["--ok-zone"], "bad", colours["--bad-zone"], "near", colours["--bad-zone"], colours["--land"]];
  return { zone: hues, load: loads, verdict: verdicts, plain: colours["--land"] }[by];
}

/** Return how much zones cover what lies below; by what they are only where one is brought out, for that costs time. */
export function opacities({ hasTiles, isPicked }) {
  const whole = hasTiles ? 0.6 : 0.9;
  const isDim = ["==", ["get", "dim"], true];
  return isPicked ? { zones: ["case", isDim, 0.15, whole], hatch: ["case", isDim, 0, 1] } : { zones: whole, hatch: 1 };
}

export function styleOf({ colours, homes, zones, seams, schools, tiles, credit, near, namesFrom, hasDots }) {
  const data = (given) => ({ type: "geojson", data: given });
  const sources = {
    homes: data(homes), zones: { ...data(zones), tolerance: COARSE_PX, buffer: 16 }, seams: { ...data(seams), tolerance: COARSE_PX, buffer: 16 },
    schools: data(schools), changed: data(EMPTY), moved: data(EMPTY), broken: data(EMPTY), selected: data(EMPTY),
  };
  if (tiles) sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256, attribution: credit };
  return { version: 8, transition: { duration: 0 }, sources, layers: layers(colours, { hasTiles: Boolean(tiles), near, namesFrom, hasDots }) };
}

/**
 * What is drawn, on the paper of the page. Layers of one source lie next to each other: with every other source the
 * tiles are masked anew, which costs as much as an area that fills the map. Areas have hard edges, which lines cover: softened edges cost as much as the
 * areas. Borders of homes are drawn only from the zoom `near` on, where a home is large enough to be seen.
 */
function layers(colours, { hasTiles, near, namesFrom, hasDots }) {
  const points = ["==", ["geometry-type"], "Point"];
  const areas = ["!=", ["geometry-type"], "Point"];
  const opacity = opacities({ hasTiles, isPicked: false });
  return [
    ...(hasTiles ? [{ id: "tiles", type: "raster", source: "tiles" }] : []),
    { id: "zones", type: "fill", source: "zones", paint: { "fill-antialias": false, "fill-color": paint(colours, "zone"), "fill-opacity": opacity.zones } },
    { id: "hatch", type: "fill", source: "zones", filter: ["get", "hatched"], paint: { "fill-antialias": false, "fill-pattern": "hatch", "fill-opacity": opacity.hatch } },
    { id: "changed", type: "fill", source: "changed", filter: areas, layout: UNSEEN, paint: { "fill-antialias": false, "fill-color": paint(colours, "zone") } },
    {
      id: "home-lines", type: "line", source: "seams", filter: ["==", ["get", "of"], "homes"], minzoom: near,
      paint: { "line-color": colours["--edge"], "line-width": ["interpolate", ["linear"], ["zoom"], near, 0.5, near + 4, 1.4], "line-opacity": 0.8 },
    },
    {
      id: "home-dots", type: "circle", source: "homes", filter: points, layout: { visibility: hasDots ? "visible" : "none" },
      paint: { "circle-color": paint(colours, "zone"), "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1.6, 12, 3.5, 15, 8], "circle-stroke-width": 0.5, "circle-stroke-color": colours["--bound"] },
    },
    { id: "zone-lines", type: "line", source: "seams", filter: ["==", ["get", "of"], "zones"], layout: { "line-join": "bevel", "line-cap": "square" }, paint: { "line-color": colours["--bound"], "line-width": 1.6 } },
    { id: "zone-picked", type: "line", source: "zones", filter: ["==", ["get", "dim"], false], layout: { ...UNSEEN, "line-join": "bevel" }, paint: { "line-color": colours["--bound"], "line-width": 3.2 } },
    ...outline("moved", colours["--moved"], 2, colours["--halo"], { areas, points }),
    ...outline("broken", "#a3271f", 2.2, colours["--halo"], { areas, points, dashes: [2, 1.4] }),
    { id: "selected-fill", type: "fill", source: "selected", filter: areas, layout: UNSEEN, paint: { "fill-color": "#a3271f", "fill-opacity": 0.28 } },
    ...outline("selected", "#a3271f", 2.6, colours["--halo"], { areas, points }),
    {
      id: "schools", type: "symbol", source: "schools",
      layout: {
        "icon-image": ["get", "mark"], "icon-size": ["get", "size"], "icon-allow-overlap": true, "icon-ignore-placement": true,
        "symbol-z-order": "source", // small ones lie above: a sort key would have every mark drawn by itself
      },
    },
    {
      id: "names", type: "symbol", source: "schools",
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"],
        "text-radial-offset": 0.9, "text-justify": "auto", "symbol-sort-key": ["-", 0, ["get", "size"]],
      },
      paint: { "text-color": colours["--label"], "text-halo-color": colours["--halo"], "text-halo-width": 1.6, "text-opacity": ["step", ["zoom"], 0, namesFrom, 1] },
    },
  ];
}

function outline(source, colour, width, halo, { areas, points, dashes }) {
  const line = (id, of) => ({ id, type: "line", source, filter: areas, layout: { ...UNSEEN, "line-join": "round" }, paint: of });
  return [
    line(`${source}-halo`, { "line-color": halo, "line-width": width + 2.4 }),
    line(source, { "line-color": colour, "line-width": width, ...(dashes ? { "line-dasharray": dashes } : {}) }),
    {
      id: `${source}-dots`, type: "circle", source, filter: points, layout: UNSEEN,
      paint: { "circle-color": "transparent", "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3, 12, 5, 15, 10], "circle-stroke-width": width, "circle-stroke-color": colour },
    },
  ];
}
