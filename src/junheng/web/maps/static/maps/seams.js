// Borders as lines, each once: what two homes or zones share is drawn once and not twice. A line ends where it turns
// sharply, for a join there costs as much as the line.

const PART = 300; // lines in one feature: features far from what is seen are passed over as a whole
const SHARP = Math.cos((70 * Math.PI) / 180);
const FINE = 1e6; // corners in a degree that are told apart
const WIDE = 2 ** 26;

/** Return the borders of polygons as features of lines that say `of` what they are. */
export function seams(features, of) {
  const net = netOf(features);
  const lines = [];
  const used = new Uint8Array(net.ends.length);
  for (let edge = 0; edge < net.ends.length; edge += 1) {
    if (used[edge]) continue;
    used[edge] = 1;
    const [start, end] = net.ends[edge];
    const before = walk(net, used, { edge, from: end, at: start });
    const after = walk(net, used, { edge, from: start, at: end });
    lines.push([...before.reverse(), start, end, ...after].map((corner) => net.spots[corner]));
  }
  const parts = Array.from({ length: Math.ceil(lines.length / PART) }, (_, n) => lines.slice(n * PART, (n + 1) * PART));
  return parts.map((coordinates) => ({ type: "Feature", properties: { of }, geometry: { type: "MultiLineString", coordinates } }));
}

/** Return the corners of polygons, the edges between them, and which edges meet in which corner. */
function netOf(features) {
  const net = { spots: [], ends: [], meeting: [] };
  const numbers = new Map();
  const seen = new Set();
  let first = null;
  const number = (spot) => {
    first ??= spot;
    const name = Math.round((spot[0] - first[0]) * FINE) * WIDE + Math.round((spot[1] - first[1]) * FINE);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, net.spots.length);
    net.meeting.push([]);
    return net.spots.push(spot) - 1;
  };
  for (const { geometry } of features) {
    const polygons = { Polygon: [geometry.coordinates], MultiPolygon: geometry.coordinates }[geometry.type] ?? [];
    for (const ring of polygons.flat()) {
      let from = number(ring[0]);
      for (let n = 1; n < ring.length; n += 1) {
        const to = number(ring[n]);
        const name = Math.min(from, to) * WIDE + Math.max(from, to);
        if (from !== to && !seen.has(name)) {
          seen.add(name);
          const edge = net.ends.push([from, to]) - 1;
          net.meeting[from].push(edge);
          net.meeting[to].push(edge);
        }
        from = to;
      }
    }
  }
  return net;
}

/** Return the corners on the way on from one, as long as no third line meets it and it does not turn sharply. */
function walk(net, used, { edge, from, at }) {
  const found = [];
  for (;;) {
    const meeting = net.meeting[at];
    const next = meeting.length === 2 ? meeting[meeting[0] === edge ? 1 : 0] : -1;
    if (next < 0 || used[next]) return found;
    const [start, end] = net.ends[next];
    const to = start === at ? end : start;
    if (isSharp(net.spots[from], net.spots[at], net.spots[to])) return found;
    used[next] = 1;
    found.push(to);
    [edge, from, at] = [next, at, to];
  }
}

function isSharp([x0, y0], [x1, y1], [x2, y2]) {
  const [a, b, c, d] = [x1 - x0, y1 - y0, x2 - x1, y2 - y1];
  return a * c + b * d < SHARP * Math.hypot(a, b) * Math.hypot(c, d);
}
