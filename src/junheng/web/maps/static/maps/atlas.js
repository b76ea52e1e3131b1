// The map of a page: fetches, draws, and joins the buttons to what is drawn. The table beside it says the same.
import { coloursOf } from "./layers.js";
import { courses } from "./courses.js";
import { detailsOf } from "./details.js";
import { flows } from "./flows.js";
import { printable } from "./printing.js";
import { Swipe } from "./swipe.js";
import { View, boundsOf } from "./view.js";

/** Start the map in `root`; returns `null` where the browser cannot draw it. */
export async function start(root) {
  const words = JSON.parse(document.getElementById("atlas-words").textContent);
  const waiting = root.querySelector(".atlas-waiting");
  const gl = canDraw() ? await library(root) : null;
  if (!gl) {
    root.querySelector(".atlas-absent").hidden = false;
    waiting.hidden = true;
    root.dataset.state = "absent";
    return null;
  }
  try {
    const [facts, homes] = await Promise.all([root.dataset.facts, root.dataset.homes].map(fetched));
    const atlas = new Atlas({ gl, root, words, facts, homes });
    await atlas.view.loaded;
    atlas.join();
    waiting.hidden = true;
    root.dataset.state = "drawn";
    return atlas;
  } catch (error) {
    waiting.textContent = words.failed;
    root.dataset.state = "failed";
    throw error;
  }
}

function canDraw() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

async function library(root) {
  if (!root.dataset.library || !root.dataset.worker) return null;
  const gl = await import(root.dataset.library);
  gl.setWorkerUrl(new URL(root.dataset.worker, location.href).href);
  return gl;
}

/** Return what the map would tell, for a page whose browser cannot draw it. */
export function factsOf(root) {
  return fetched(root.dataset.facts);
}

async function fetched(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

class Atlas {
  constructor({ gl, root, words, facts, homes }) {
    Object.assign(this, { gl, root, words, facts, homes });
    this.colours = coloursOf(root);
    this.last = facts.sides.length - 1;
    this.view = this.drawn(root.querySelector("[data-side=base]"), this.last);
    this.swipe = new Swipe(this);
    this.shown = String(this.last);
    this.listeners = [];
  }

  drawn(box, side) {
    const { gl, facts, homes, colours, words } = this;
    const { tiles, credit } = this.root.dataset;
    return new View({ gl, box, facts, homes, colours, words, tiles, credit, side });
  }

  /** All maps that are on the screen. */
  get views() {
    return this.swipe.top ? [this.view, this.swipe.top] : [this.view];
  }

  join() {
    const { root, view } = this;
    view.map.addControl(new this.gl.NavigationControl({ showCompass: false }), "top-right");
    view.map.addControl(new this.gl.ScaleControl({ unit: "metric" }), "bottom-left");
    for (const part of root.querySelectorAll(".atlas-tools, .years")) part.hidden = false;
    for (const button of root.querySelectorAll("button[data-by]")) button.addEventListener("click", () => this.colour(button.dataset.by));
    for (const button of root.querySelectorAll("[data-show]")) button.addEventListener("click", () => this.show(button.dataset.show));
    root.querySelector("[data-whole]").addEventListener("click", () => this.whole());
    const pick = root.querySelector("[data-pick]");
    pick.append(...this.facts.schools.map((school) => new Option(school.name, school.id)));
    pick.addEventListener("change", () => this.pick(pick.value === "" ? null : Number(pick.value)));
    this.listen(view);
    printable(this);
    courses(this);
    flows(this);
    this.colour(root.dataset.by);
    this.markMoved();
  }

  /** Answer to clicks on a map. */
  listen(view) {
    view.map.on("click", (event) => {
      const found = view.under(event);
      if (this.onClick?.(found, event)) return;
      this.tell(found, event.lngLat, view);
    });
    view.map.on("mousemove", (event) => {
      if (view.map.isMoving()) return; // what lies under the pointer is dear to find out, and no matter now
      view.map.getCanvas().style.cursor = Object.keys(view.under(event)).length ? "pointer" : "";
    });
  }

  tell(found, at, view = this.view) {
    this.open(detailsOf(this, found, view.side), at, view);
  }

  /** Show figures at a place on a map, instead of those that were shown; `null` shows none. */
  open(details, at, view) {
    this.popup?.remove();
    if (!details) return;
    this.popup = new this.gl.Popup({ maxWidth: "280px" }).setLngLat(at).setDOMContent(details).addTo(view.map);
  }

  colour(by) {
    this.root.dataset.by = by;
    press(this.root, "button[data-by]", (button) => button.dataset.by === by);
    for (const view of this.views) view.colour(by);
  }

  show(which) {
    this.shown = which;
    press(this.root, "[data-show]", (button) => button.dataset.show === which);
    this.popup?.remove();
    this.swipe.set(which === "both");
    this.view.show(this.facts.sides[which === "both" ? 0 : Number(which)]);
    this.markMoved();
  }

  pick(id) {
    for (const view of this.views) view.pick(id);
    const school = this.facts.schools[this.view.schoolAt.get(id)];
    const told = this.root.querySelector(".told");
    const details = school ? detailsOf(this, { school: id }, this.view.side) : null;
    told.textContent = details ? details.dataset.line : "";
    this.popup?.remove();
    if (school?.at) {
      this.view.map.easeTo({ center: school.at, duration: still() ? 0 : 400 });
      this.tell({ school: id }, school.at);
    }
  }

  whole() {
    this.view.map.fitBounds(boundsOf(this.facts), { padding: 24, duration: still() ? 0 : 400 });
  }

  /** Outline the homes whose school differs from one side to the other, and those that are cut off from theirs. */
  markMoved() {
    for (const view of this.views) view.mark("broken", view.side.broken.map((at) => this.facts.homes.id[at]));
    if (this.facts.sides.length < 2) return;
    const [before, after] = this.facts.sides;
    const moved = this.facts.homes.id.filter((_, at) => before.school[at] !== after.school[at]);
    for (const view of this.views) view.mark("moved", moved);
  }
}

function press(root, selector, isOn) {
  for (const button of root.querySelectorAll(selector)) button.setAttribute("aria-pressed", String(isOn(button)));
}

function still() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
