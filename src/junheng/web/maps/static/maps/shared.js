// Outlines that share their corners: what is done to a corner is done to it in every home that has it, so that homes
// stay side by side, without a gap and without an overlap.

const DECIMALS = 6; // of degrees: a tenth of a metre
const ON_EDGE = 1.5e-6; // a corner so near to a neighbour's edge lies on it

/** Return the rings of a geometry, each without its last corner, which is its first. */
export function ringsOf(geometry) {
  const polygons = { Polygon: [geometry?.coordinates], MultiPolygon: geometry?.coordinates }[geometry?.type] ?? [];
  return polygons.flat().map((ring) => ring.slice(0, -1));
}

export function rounded(spot) {
  return spot.map((value) => Number(value.toFixed(DECIMALS)));
}

export class Shared {
  /** `features` are homes as GeoJSON; `changed` holds the outlines that were changed, by number. */
  constructor(features) {
    this.original = new Map(features.map((one) => [one.id, one.geometry]));
    this.boxes = new Map();
    this.changed = new Map();
  }

  geometry(home) {
    return this.changed.get(home) ?? this.original.get(home) ?? null;
  }

  get homes() {
    return new Set([...this.original.keys(), ...this.changed.keys()]);
  }

  /** Return the homes in whose box a spot lies. */
  near(spot) {
    return [...this.homes].filter((home) => {
      const [west, south, east, north] = this.box(home);
      return spot[0] >= west - ON_EDGE && spot[0] <= east + ON_EDGE && spot[1] >= south - ON_EDGE && spot[1] <= north + ON_EDGE;
    });
  }

  /** Return the homes that have a corner, or an edge on which it lies. */
  having(spot) {
    return this.near(spot).filter((home) =>
      ringsOf(this.geometry(home)).some((ring) => ring.some((one, at) => same(one, spot) || isOn(spot, one, ring[(at + 1) % ring.length]))));
  }

  box(home) {
    const geometry = this.geometry(home);
    const known = this.boxes.get(home);
    if (known?.geometry === geometry) return known.box;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of ringsOf(geometry).flat()) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    this.boxes.set(home, { geometry, box });
    return box;
  }

  /** Return the outlines of all homes that have a corner, with it and all that others have on the edges beside it: those stay. */
  withCorner(spot) {
    const full = (ring) => ring.flatMap((one, at) => {
      const next = ring[(at + 1) % ring.length];
      const isTouched = same(one, spot) || same(next, spot) || isOn(spot, one, next);
      return isTouched ? [one, ...this.cornersOn(one, next)] : [one];
    });
    return new Map(this.having(spot).map((home) => [home, each(this.geometry(home), full)]));
  }

  /** Return the corners that lie on an edge, from its start on. */
  cornersOn(start, end) {
    const found = new Map();
    for (const home of this.homes) {
      const [west, south, east, north] = this.box(home);
      const isFar = [[west, east], [south, north]].some(([least, most], axis) =>
        Math.max(start[axis], end[axis]) < least - ON_EDGE || Math.min(start[axis], end[axis]) > most + ON_EDGE);
      if (isFar) continue;
      for (const spot of ringsOf(this.geometry(home)).flat()) if (isOn(spot, start, end)) found.set(String(spot), spot);
    }
    const far = ([x, y]) => Math.hypot(x - start[0], y - start[1]);
    return [...found.values()].sort((one, other) => far(one) - far(other));
  }

  moved(from, to) {
    return this.done(from, (ring) => ring.map((one) => (same(one, from) ? to : one)));
  }

  /** Add a corner between two; the home on the other side gets it too. */
  added(start, end, spot) {
    const homes = this.near(start).filter((home) => hasEdge(this.geometry(home), start, end));
    return new Map(homes.map((home) => [home, each(this.geometry(home), (ring) => between(ring, start, end, spot))]));
  }

  /** Take a corner away; `null` also where more than two homes meet in it: they would leave a hole. */
  removed(spot) {
    const ends = [...this.withCorner(spot).values()].flatMap((geometry) => besides(geometry, spot));
    if (new Set(ends).size > 1) return null;
    return this.done(spot, (ring) => ring.filter((one) => !same(one, spot)));
  }

  /** Return what becomes of the homes that have a corner; `null` if one of them would be no outline any more. */
  done(spot, change) {
    const found = new Map();
    for (const [home, geometry] of this.withCorner(spot)) {
      const made = each(geometry, (ring) => once(change(ring)));
      if (ringsOf(made).some((ring) => ring.length < 3)) return null;
      found.set(home, made);
    }
    return found;
  }
}

function same(one, other) {
  return one[0] === other[0] && one[1] === other[1];
}

function isOn([x, y], [x0, y0], [x1, y1]) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / long ** 2;
  return long > 0 && along * long > ON_EDGE && (1 - along) * long > ON_EDGE && Math.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / long <= ON_EDGE;
}

function between(ring, start, end, spot) {
  return ring.flatMap((one, at) => {
    const next = ring[(at + 1) % ring.length];
    const isEdge = (same(one, start) && same(next, end)) || (same(one, end) && same(next, start));
    return isEdge ? [one, spot] : [one];
  });
}

/** Return the corners before and after a corner, as one name, for each ring that has it. */
function besides(geometry, spot) {
  return ringsOf(geometry).flatMap((ring) => {
    const at = ring.findIndex((one) => same(one, spot));
    return at < 0 ? [] : [[ring.at(at - 1), ring[(at + 1) % ring.length]].map(String).sort().join(" ")];
  });
}

function hasEdge(geometry, start, end) {
  return ringsOf(geometry).some((ring) => between(ring, start, end, null).length > ring.length);
}

/** Return a ring without corners that follow upon themselves. */
function once(ring) {
  return ring.filter((one, at) => !same(one, ring[(at + 1) % ring.length]));
}

function each({ type, coordinates }, change) {
  const closed = (ring) => {
    const open = change(ring.slice(0, -1));
    return [...open, open[0]];
  };
  const polygon = (rings) => rings.map(closed);
  return { type, coordinates: type === "Polygon" ? polygon(coordinates) : coordinates.map(polygon) };
}
