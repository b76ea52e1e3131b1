// One drawn map: shows a side of the facts, colours it, brings a school out, tells what is clicked.
import { isInside } from "./inside.js";
import { addMarks } from "./marks.js";
import { opacities, paint, see, styleOf } from "./layers.js";
import { seams } from "./seams.js";

export class View {
  constructor({ gl, box, facts, homes, colours, words, tiles, credit, side }) {
    Object.assign(this, { gl, facts, colours, words, by: "zone", picked: null });
    this.homes = homes;
    this.side = facts.sides[side];
    this.place = new Map(facts.homes.id.map((id, at) => [id, at]));
    this.schoolAt = new Map(facts.schools.map((school, at) => [school.id, at]));
    const [schools, zones] = [this.schoolFeatures(), this.zoneFeatures()];
    this.near = nearOf(facts);
    this.homeSeams = [];
    this.hasTiles = Boolean(tiles);
    this.map = new gl.Map({
      container: box,
      style: styleOf({
        colours, homes: this.dotted(), zones, seams: this.seams(zones), schools, tiles, credit, near: this.near, namesFrom: namesFrom(facts), hasDots: this.hasDots,
      }),
      bounds: boundsOf(facts),
      fitBoundsOptions: { padding: 24, maxZoom: 15 },
      attributionControl: tiles && credit ? { compact: false } : false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      renderWorldCopies: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: {
        "Map.Title": words.map,
        "NavigationControl.ZoomIn": words.zoomIn,
        "NavigationControl.ZoomOut": words.zoomOut,
        "Popup.Close": words.close,
        "CooperativeGesturesHandler.MobileHelpText": words.gestures,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("style.load", () => {
      clearSky(this.map);
      addMarks(this.map, colours);
      this.drawHomes();
    });
    this.map.on("zoom", () => this.drawHomes());
    this.map.on("movestart", () => this.busy());
    this.map.on("idle", () => box.setAttribute("aria-busy", "false"));
    this.busy();
    this.loaded = new Promise((resolve) => {
      this.map.on("load", resolve);
    });
  }

  /** Say that what is seen is not yet what was asked for; the map takes it back once it has drawn all. */
  busy() {
    this.map.getContainer().setAttribute("aria-busy", "true");
  }

  /** Show another side; homes, schools and where one looks stay. */
  show(side) {
    this.side = side;
    this.refresh();
  }

  /** Draw the borders of homes as soon as they can be seen: where they are many that takes a while, and most people never go so near. */
  drawHomes() {
    if (this.hasHomes || this.map.getZoom() < this.near - 0.5) return;
    this.hasHomes = true;
    this.homeSeams = seams(this.homes.features, "homes");
    this.set("seams", this.seams(this.zoneFeatures()));
  }

  /** Return the borders of zones and, once they can be seen, of homes. */
  seams(zones) {
    return { type: "FeatureCollection", features: [...seams(zones.features, "zones"), ...this.homeSeams] };
  }

  /** Draw again what the side says: its zones, loads and, where homes are points, their colours. */
  refresh() {
    const zones = this.zoneFeatures();
    this.set("zones", zones);
    this.set("seams", this.seams(zones));
    this.set("schools", this.schoolFeatures());
    if (this.hasDots) this.set("homes", this.dotted());
  }

  colour(by) {
    this.by = by;
    this.busy();
    this.map.setPaintProperty("zones", "fill-color", paint(this.colours, by));
    this.map.setPaintProperty("home-dots", "circle-color", paint(this.colours, by));
    this.map.setPaintProperty("changed", "fill-color", paint(this.colours, by));
    this.map.setLayoutProperty("hatch", "visibility", by === "zone" ? "visible" : "none");
    this.set("schools", this.schoolFeatures());
  }

  /** Bring one school's zone out; `null` for all alike. */
  pick(id) {
    this.picked = id;
    const isPicked = id !== null;
    const { zones, hatch } = opacities({ hasTiles: this.hasTiles, isPicked });
    this.map.setPaintProperty("zones", "fill-opacity", zones);
    this.map.setPaintProperty("hatch", "fill-opacity", hatch);
    this.map.setLayoutProperty("zone-picked", "visibility", isPicked ? "visible" : "none");
    this.set("zones", this.zoneFeatures());
  }

  /** Say something of some homes: `moved`, `selected`, or `changed` with a school's colours. */
  mark(layer, ids, properties = () => ({})) {
    const features = [...ids].map((id) => this.shape(id)).filter(Boolean);
    this.set(layer, { type: "FeatureCollection", features: features.map((one) => ({ ...one, properties: properties(one.id) })) });
    see(this.map, layer, features.length > 0);
  }

  /** Give homes other outlines: geometries by number, `null` for a home that has none. */
  reshape(found) {
    const { features } = this.homes;
    for (const [id, geometry] of found) {
      const at = features.findIndex((one) => one.id === id);
      if (at >= 0) features.splice(at, 1);
      if (geometry) features.push({ type: "Feature", id, properties: {}, geometry });
    }
    this.shapes = this.boxes = this.dots = null;
    this.set("homes", this.dotted());
    this.hasHomes = false;
    this.drawHomes();
  }

  shape(id) {
    this.shapes ??= new Map(this.homes.features.map((one) => [one.id, one]));
    return this.shapes.get(id);
  }

  set(name, data) {
    this.busy();
    this.map.getSource(name)?.setData(data);
  }

  get hasDots() {
    this.dots ??= this.homes.features.some((one) => one.geometry.type === "Point");
    return this.dots;
  }

  /** Those homes that are points, with the colours of their schools. */
  dotted() {
    const features = this.homes.features.filter((one) => one.geometry.type === "Point").map((one) => ({ ...one, properties: this.colourOf(this.side.school[this.place.get(one.id)]) }));
    return { type: "FeatureCollection", features };
  }

  colourOf(school) {
    const at = this.schoolAt.get(school);
    const { hue, tone } = this.facts.schools[at] ?? {};
    return at === undefined ? {} : { hue, tone, load: this.side.loads[at].load };
  }

  zoneFeatures() {
    const features = this.side.zones.features.map((zone) => ({
      ...zone, properties: { ...zone.properties, tone: this.facts.schools[this.schoolAt.get(zone.id)]?.tone, ...(this.picked === null ? {} : { dim: zone.id !== this.picked }) },
    }));
    return { type: "FeatureCollection", features };
  }

  /** The schools as points, the largest first, so that smaller ones are drawn above them. */
  schoolFeatures() {
    const largest = Math.max(1, ...this.facts.schools.map((school) => school.places ?? 0));
    const few = Math.min(1, Math.max(0.55, Math.sqrt(60 / Math.max(1, this.facts.schools.length))));
    const features = this.facts.schools.map((school, at) => ({ school, load: this.side.loads[at] }))
      .filter(({ school }) => school.at)
      .map(({ school, load }) => ({
        type: "Feature",
        id: school.id,
        geometry: { type: "Point", coordinates: school.at },
        properties: {
          name: school.name,
          mark: this.by === "verdict" ? markOf(school.tone) : `${load.over ? "diamond" : "circle"}-${load.load}`,
          size: few * Math.max(0.55, Math.sqrt((school.places ?? 0) / largest)),
        },
      }))
      .sort((one, other) => other.properties.size - one.properties.size);
    return { type: "FeatureCollection", features };
  }

  /** Return what lies under an event's pixel: a school before a home. */
  under({ point, lngLat }) {
    const near = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
    const [school] = this.map.queryRenderedFeatures(near, { layers: ["schools"] });
    if (school) return { school: school.id };
    const [dot] = this.hasDots ? this.map.queryRenderedFeatures(near, { layers: ["home-dots"] }) : [];
    const home = dot?.id ?? this.homeAt([lngLat.lng, lngLat.lat]);
    return home === undefined ? {} : { home };
  }

  /** Return the home in whose outline a place lies. */
  homeAt([x, y]) {
    this.boxes ??= this.homes.features.map(({ geometry }) => boxOf(geometry));
    const at = this.boxes.findIndex(([west, south, east, north], n) =>
      x >= west && x <= east && y >= south && y <= north && holds(this.homes.features[n].geometry, [x, y]));
    return this.homes.features[at]?.id;
  }
}

/**
 * Draw no sky. MapLibre works out the light of the air for every pixel of every frame, seen or not: where the
 * processor draws, that alone takes longer than our whole map. It offers no setting; without `getEvaluated` of its
 * style's sky it draws as before.
 */
function clearSky({ style }) {
  if (style.sky) style.sky.getEvaluated = () => undefined;
}

function markOf(tone) {
  return { ok: "ok", bad: "bad", near: "bad" }[tone] ?? "none";
}

function holds({ type, coordinates }, spot) {
  const polygons = { Polygon: [coordinates], MultiPolygon: coordinates }[type] ?? [];
  return polygons.some(([shell, ...holes]) => isInside(spot, shell) && !holes.some((hole) => isInside(spot, hole)));
}

function boxOf({ type, coordinates }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of type === "Point" ? [] : coordinates.flat(type === "Polygon" ? 1 : 2)) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

const SEEN_PX = 12;
const NAMED_PX = 60;
const TILE_PX = 512;

/** Return the zoom from which a home of usual size is wide enough to be seen. */
function nearOf(facts) {
  return zoomFrom(facts, facts.homes.id.length, SEEN_PX);
}

/** Return the zoom from which schools are so far apart that most names have room: names in a throng cost more than zones. */
function namesFrom(facts) {
  return zoomFrom(facts, facts.schools.length, NAMED_PX);
}

/** Return the zoom from which `n` things, spread evenly, are so many pixels apart. */
function zoomFrom(facts, n, pixels) {
  const [[west, south], [east, north]] = boundsOf(facts);
  const degrees = Math.sqrt(((east - west) * (north - south)) / Math.max(1, n)) || 1;
  return Math.min(20, Math.max(0, Math.log2((pixels * 360) / (TILE_PX * degrees))));
}

export function boundsOf(facts) {
  const points = [...facts.homes.at, ...facts.schools.map((school) => school.at)].filter(Boolean);
  if (!points.length) return [[73, 18], [135, 53]];
  const bounds = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const point of points) {
    for (const axis of [0, 1]) {
      bounds[0][axis] = Math.min(bounds[0][axis], point[axis]);
      bounds[1][axis] = Math.max(bounds[1][axis], point[axis]);
    }
  }
  return bounds;
}
