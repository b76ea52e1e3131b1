// Drawing a border corner by corner. It snaps to the corners of homes and runs along their borders, so that what it
// encloses is whole homes; closed, it chooses the homes inside.

import { Borders } from "./borders.js";
import { filled } from "./filled.js";

const SNAP_PX = 40; // where every line is to run along borders
const SAME_PX = 12;

export class Drawing {
  constructor(edit, box, done, { snap = SNAP_PX } = {}) {
    Object.assign(this, { edit, done, snap, map: edit.atlas.view.map, spots: [], isOn: false });
    this.tools = edit.desk.querySelector("[data-drawing]");
    this.told = this.tools.querySelector("[role=status]");
    const svg = overlay(box);
    this.line = svg.appendChild(shape("path"));
    this.mark = svg.appendChild(shape("circle"));
    this.mark.setAttribute("r", "6");
    const acts = { close: () => this.close(), back: () => this.back(), again: () => this.restart() };
    for (const button of this.tools.querySelectorAll("[data-line]")) button.addEventListener("click", acts[button.dataset.line]);
    this.map.on("move", () => this.show());
    this.map.on("mousemove", (event) => { if (this.isOn) this.aim(event); });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** Begin or end drawing. */
  set(isOn) {
    this.isOn = isOn;
    this.tools.hidden = !isOn;
    if (isOn) this.map.doubleClickZoom.disable(); else this.map.doubleClickZoom.enable();
    this.restart();
  }

  /** The corners of all homes, and the borders between them; made when they are needed. */
  corners() {
    this.borders ??= new Borders(this.edit.atlas.homes.features);
    return this.borders;
  }

  restart() {
    this.spots = [];
    this.legs = [];
    this.aimed = null;
    this.show();
  }

  back() {
    this.spots.pop();
    this.legs.pop();
    this.aimed = null;
    this.show();
  }

  key(event) {
    if (!this.isOn || event.target.matches("input,textarea,select,button")) return;
    const act = { Enter: () => this.close(), Backspace: () => this.back(), Escape: () => this.restart() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Take the corner of a home that is near a pixel, else the place itself. */
  snapped({ point, lngLat }) {
    const reach = this.map.unproject([point.x, point.y + this.snap]).lat - lngLat.lat;
    return this.corners().nearest(lngLat.toArray(), Math.abs(reach)) ?? lngLat.toArray();
  }

  isAt(spot, point) {
    const { x, y } = this.map.project(spot);
    return Math.hypot(x - point.x, y - point.y) <= SAME_PX;
  }

  /** Go on to where was clicked; the first corner or the last one again ends the line. */
  add(event) {
    const { spots } = this;
    const isEnd = spots.length > 1 && [spots[0], spots[spots.length - 1]].some((spot) => this.isAt(spot, event.point));
    if (isEnd) return this.close();
    const spot = this.snapped(event);
    if (spots.length && String(spots[spots.length - 1]) === String(spot)) return undefined;
    if (spots.length) this.legs.push(this.corners().way(spots[spots.length - 1], spot));
    spots.push(spot);
    this.aimed = null;
    return this.show();
  }

  /** Show where the next corner would be, and the way to it; once a frame. */
  aim(event) {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const spot = this.snapped(event);
      const last = this.spots[this.spots.length - 1];
      this.aimed = last ? this.corners().way(last, spot) : [spot];
      this.show();
    });
  }

  close() {
    const { spots, legs } = this;
    if (spots.length < 2) return;
    const back = this.corners().way(spots[spots.length - 1], spots[0]);
    const ring = [...legs, back].flat();
    this.restart();
    this.done(ring);
  }

  show() {
    const legs = [...this.legs, ...(this.aimed && this.spots.length ? [this.aimed] : [])];
    const path = legs.map((leg) => leg.map((spot) => this.pixel(spot)).join("L")).map((leg) => `M${leg}`).join("");
    this.line.setAttribute("d", path);
    const spot = this.aimed ? this.aimed[this.aimed.length - 1] : this.spots[this.spots.length - 1];
    this.mark.setAttribute("visibility", spot ? "visible" : "hidden");
    if (spot) this.mark.setAttribute("transform", `translate(${this.pixel(spot)})`);
    const text = filled(this.edit.words.drawing, { n: this.spots.length });
    if (this.isOn && this.told.textContent !== text) this.told.textContent = text;
    for (const button of this.tools.querySelectorAll("[data-line]")) button.disabled = this.spots.length < (button.dataset.line === "close" ? 2 : 1);
  }

  pixel(spot) {
    const { x, y } = this.map.project(spot);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  }
}

/** Lay a drawing over the map that no pointer reaches. */
export function overlay(box) {
  const svg = shape("svg");
  svg.setAttribute("class", "trace");
  box.append(svg);
  return svg;
}

export function shape(tag) {
  return document.createElementNS("http://www.w3.org/2000/svg", tag);
}
