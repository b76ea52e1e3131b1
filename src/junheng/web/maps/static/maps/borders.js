// The borders of homes as a net of corners and edges: a line that is laid along it never cuts a home in two.

const PASSED = 40_000; // corners looked at before a way along borders is given up for a straight line

export class Borders {
  /** `features` are homes as GeoJSON; those that are points have no borders. */
  constructor(features) {
    this.corners = [];
    this.next = [];
    this.known = new Map();
    for (const { geometry } of features) {
      const polygons = { Polygon: [geometry.coordinates], MultiPolygon: geometry.coordinates }[geometry.type] ?? [];
      for (const ring of polygons.flat()) this.lay(ring);
    }
    // Degrees of longitude are shorter than those of latitude.
    this.shrink = this.corners.length ? Math.cos((this.corners[0][1] * Math.PI) / 180) : 1;
  }

  lay(ring) {
    const numbers = ring.map((spot) => this.number(spot));
    for (let i = 1; i < numbers.length; i += 1) {
      this.next[numbers[i - 1]].add(numbers[i]);
      this.next[numbers[i]].add(numbers[i - 1]);
    }
  }

  number(spot) {
    const name = String(spot);
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.known.set(name, this.corners.length);
    this.corners.push(spot);
    this.next.push(new Set());
    return this.corners.length - 1;
  }

  far([x0, y0], [x1, y1]) {
    return Math.hypot((x1 - x0) * this.shrink, y1 - y0);
  }

  /** Return the corner that is nearest to a spot, as far as it is no farther than `most` degrees; else `null`. */
  nearest(spot, most) {
    let [best, least] = [null, most];
    for (const corner of this.corners) {
      const far = Math.abs(corner[1] - spot[1]) > least ? Infinity : this.far(corner, spot);
      if (far <= least) [best, least] = [corner, far];
    }
    return best;
  }

  /** Return the spots of the shortest way along borders from one spot to another, both included; straight if there is none. */
  way(from, to) {
    const [start, end] = [from, to].map((spot) => this.known.get(String(spot)));
    const before = start === undefined || end === undefined ? null : this.search(start, end);
    if (!before) return [from, to];
    const spots = [];
    for (let at = end; at !== start; at = before.get(at)) spots.push(this.corners[at]);
    return [from, ...spots.reverse()];
  }

  /** Search for the shortest way, those corners first from which the end is near; return which corner comes before which. */
  search(start, end) {
    const goal = this.corners[end];
    const before = new Map();
    const gone = new Map([[start, 0]]);
    const waiting = new Heap();
    const passed = new Set();
    waiting.push(0, start);
    while (waiting.size && passed.size < PASSED) {
      const here = waiting.pop();
      if (here === end) return before;
      if (passed.has(here)) continue;
      passed.add(here);
      for (const other of this.next[here]) {
        const far = gone.get(here) + this.far(this.corners[here], this.corners[other]);
        if (far >= (gone.get(other) ?? Infinity)) continue;
        gone.set(other, far);
        before.set(other, here);
        waiting.push(far + this.far(this.corners[other], goal), other);
      }
    }
    return null;
  }
}

/** The least first. */
class Heap {
  constructor() {
    this.items = [];
  }

  get size() {
    return this.items.length;
  }

  push(price, value) {
    const { items } = this;
    let at = items.push([price, value]) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (items[above][0] <= items[at][0]) break;
      [items[above], items[at]] = [items[at], items[above]];
      at = above;
    }
  }

  pop() {
    const { items } = this;
    const [[, value], last] = [items[0], items.pop()];
    if (!items.length) return value;
    items[0] = last;
    let at = 0;
    for (;;) {
      const below = [2 * at + 1, 2 * at + 2].filter((one) => one < items.length).sort((a, b) => items[a][0] - items[b][0])[0];
      if (below === undefined || items[below][0] >= items[at][0]) return value;
      [items[below], items[at]] = [items[at], items[below]];
      at = below;
    }
  }
}
