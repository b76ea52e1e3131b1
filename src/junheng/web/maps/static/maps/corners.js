// The corners of one outline as handles over the map: dragged, or moved by the arrow keys; small ones add a corner.

import { overlay, shape } from "./drawing.js";
import { filled } from "./filled.js";
import { ringsOf } from "./shared.js";

const LEAP = 10;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const TURNS = { PageDown: 1, PageUp: -1 };

export class Corners {
  /** `acts` are `snapped(pixel, corner)`, `move(corner, spot)`, `add(ring, at, spot)`, `remove(corner)` and `touched(corner)`, the rings of all homes that a corner belongs to. */
  constructor({ map, box, words, acts }) {
    Object.assign(this, { map, box, words, acts, handles: [], rings: [] });
    this.svg = overlay(box);
    this.svg.classList.add("corners");
    this.path = this.svg.appendChild(shape("path"));
    map.on("move", () => this.place());
  }

  /** Show the corners of a geometry; `null` shows none. The handle that had the keyboard keeps it. */
  show(geometry) {
    const had = this.handles.findIndex(({ node }) => node === document.activeElement);
    for (const { node } of this.handles) node.remove();
    this.rings = ringsOf(geometry);
    this.handles = this.rings.flatMap((ring, at) => [
      ...ring.map((spot, n) => this.handle({ spot, ring: at, n })),
      ...ring.map((spot, n) => this.handle({ spot: middle(spot, ring[(n + 1) % ring.length]), ring: at, n, isBetween: true })),
    ]);
    this.place();
    if (had >= 0) this.handles[Math.min(had, this.handles.length - 1)]?.node.focus();
  }

  handle(one) {
    const node = this.svg.appendChild(shape("circle"));
    node.setAttribute("class", one.isBetween ? "between" : "corner");
    node.setAttribute("r", one.isBetween ? "5" : "8");
    node.setAttribute("role", "button");
    node.setAttribute("tabindex", one.n === 0 && !one.isBetween ? "0" : "-1");
    node.setAttribute("aria-label", filled(one.isBetween ? this.words.between : this.words.corner, { n: one.n + 1 }));
    node.addEventListener("pointerdown", (event) => this.drag(event, one, node));
    node.addEventListener("keydown", (event) => this.key(event, one, node));
    return { node, ...one };
  }

  drag(event, one, node) {
    if (event.button !== 0) return;
    event.preventDefault();
    node.focus();
    node.setPointerCapture(event.pointerId);
    let spot = null;
    const rings = one.isBetween ? [] : this.acts.touched(one.spot);
    const follow = (moved) => {
      const frame = this.box.getBoundingClientRect();
      const pixel = [moved.clientX - frame.left - this.box.clientLeft, moved.clientY - frame.top - this.box.clientTop];
      spot = this.acts.snapped(pixel, one.isBetween ? null : one.spot);
      this.preview({ ...one, rings }, spot, node);
    };
    const end = (last) => {
      node.removeEventListener("pointermove", follow);
      for (const name of ["pointerup", "pointercancel"]) node.removeEventListener(name, end);
      if (last.type === "pointerup" && (spot || one.isBetween)) this.take(one, spot ?? one.spot); else this.place();
    };
    node.addEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, end);
  }

  take(one, spot) {
    if (one.isBetween) this.acts.add(one.ring, one.n, spot); else this.acts.move(one.spot, spot);
  }

  key(event, one, node) {
    const step = STEPS[event.key];
    if (event.key === "Delete" || event.key === "Backspace") {
      if (!one.isBetween) this.acts.remove(one.spot);
    } else if (event.key === "Enter" || event.key === " ") {
      if (one.isBetween) this.take(one, one.spot);
    } else if (TURNS[event.key]) {
      this.handles.at((this.handles.findIndex((other) => other.node === node) + TURNS[event.key]) % this.handles.length).node.focus();
    } else if (step && !one.isBetween) {
      const by = event.shiftKey ? LEAP : 1;
      const { x, y } = this.map.project(one.spot);
      this.acts.move(one.spot, this.map.unproject([x + by * step[0], y + by * step[1]]).toArray());
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Draw every outline as it would be, without changing any. */
  preview(one, spot, node) {
    const { x, y } = this.map.project(spot);
    node.setAttribute("transform", `translate(${x} ${y})`);
    const rings = one.isBetween
      ? this.rings.map((ring, at) => (at === one.ring ? [...ring.slice(0, one.n + 1), spot, ...ring.slice(one.n + 1)] : ring))
      : one.rings.map((ring) => ring.map((other) => (String(other) === String(one.spot) ? spot : other)));
    this.draw(rings);
  }

  place() {
    for (const { node, spot } of this.handles) {
      const { x, y } = this.map.project(spot);
      node.setAttribute("transform", `translate(${x} ${y})`);
    }
    this.draw(this.rings);
  }

  draw(rings) {
    const pixel = (spot) => {
      const { x, y } = this.map.project(spot);
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    };
    this.path.setAttribute("d", rings.map((ring) => `M${ring.map(pixel).join("L")}Z`).join(""));
  }
}

function middle([x0, y0], [x1, y1]) {
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}
