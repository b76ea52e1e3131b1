// One drawn map: shows a side of the facts, colours it, brings a school out, tells what is clicked.
import { isInside } from "./inside.js";
import { addMarks } from "./marks.js";
import { EMPTY, opacities, paint, see, styleOf } from "./layers.js";
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
    this.hasTiles = Boolean(tiles);
    this.map = new gl.Map({
      container: box,
      style: styleOf({
        colours, homes: this.hasDots ? this.dotted() : EMPTY, zones, seams: seams(zones.features), schools, tiles, credit, near: this.near, namesFrom: namesFrom(facts), hasDots: this.hasDots,
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

  /** Take the homes in as soon as they can be seen: where they are many that takes a while, and most people never go so near. */
  drawHomes() {
    if (this.hasHomes || this.map.getZoom() < this.near - 0.5) return;
    this.hasHomes = true;
    if (!this.hasDots) this.set("homes", this.homes);
    this.set("home-seams", seams(this.homes.features));
  }

  /** Draw again what the side says: its zones, loads and, where homes are points, their colours. */
  refresh() {
    const zones = this.zoneFeatures();
    this.set("zones", zones);
    this.set("seams", seams(zones.features));
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
    const diff = { add: [], update: [], remove: [] };
    for (const [id, geometry] of found) {
      const at = features.findIndex((one) => one.id === id);
      if (at >= 0 && geometry) {
        features[at] = { ...features[at], geometry };
        diff.update.push({ id, newGeometry: geometry });
      } else if (geometry) {
        diff.add.push({ type: "Feature", id, properties: {}, geometry });
      } else if (at >= 0) {
        features.splice(at, 1);
        diff.remove.push(id);
      }
    }
    features.push(...diff.add);
    this.shapes = null;
    this.busy();
    if (this.hasHomes || this.hasDots) this.map.getSource("homes").updateData(diff);
    if (this.hasHomes) this.set("home-seams", seams(features));
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

  dotted() {
    if (!this.hasDots) return this.homes;
    const features = this.homes.features.map((one) => ({ ...one, properties: this.colourOf(this.side.school[this.place.get(one.id)]) }));
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

  /** Return what lies under a pixel: a school before a home. */
  under(point) {
    const near = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
    const [school] = this.map.queryRenderedFeatures(near, { layers: ["schools"] });
    if (school) return { school: school.id };
    const [home] = [
      ...this.map.queryRenderedFeatures(near, { layers: ["home-dots"] }),
      ...this.map.queryRenderedFeatures(point, { layers: ["homes"] }),
    ];
    return home ? { home: home.id } : {};
  }

  /** Return what lies under a click; where homes are too small to be drawn one by one, by their outlines. */
  clicked({ point, lngLat }) {
    const found = this.under(point);
    if (Object.keys(found).length) return found;
    const home = this.homes.features.find((one) => holds(one.geometry, [lngLat.lng, lngLat.lat]));
    return home ? { home: home.id } : {};
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
