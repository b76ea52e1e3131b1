// Changing outlines of homes on the map. What was done is a list of states, so that every step can be undone.
import { Corners } from "./corners.js";
import { Drawing } from "./drawing.js";
import { filled } from "./filled.js";
import { finds } from "./finds.js";
import { History } from "./history.js";
import { Shared, ringsOf, rounded } from "./shared.js";

const SNAP_PX = 12;
const PAUSE = 200;
const CLOSEST = 17;

/** Join the desk of a page to its map. */
export function reshape(desk, atlas, words) {
  return new Outlines(desk, atlas, words);
}

class Outlines {
  constructor(desk, atlas, words) {
    Object.assign(this, { desk, atlas, words, home: null, shown: new Set() });
    this.facts = atlas.facts;
    this.map = atlas.view.map;
    this.place = new Map(this.facts.homes.id.map((id, at) => [id, at]));
    this.homeOf = new Map(this.facts.homes.code.map((code, at) => [code, this.facts.homes.id[at]]));
    this.shared = new Shared(atlas.homes.features);
    this.history = new History(`junheng-outlines-${desk.dataset.year}-${desk.dataset.base}`, { outlines: {} });
    this.parts = Object.fromEntries(["chosen", "checked", "changes", "find", "finds"].map((id) => [id, document.getElementById(id)]));
    const box = atlas.root.querySelector(".canvas");
    this.corners = new Corners({ map: this.map, box, words, acts: this });
    this.drawing = new Drawing(this, box, (ring) => this.drew(ring), { snap: SNAP_PX });
    this.join();
    this.changed();
  }

  join() {
    const acts = { undo: () => this.after(this.history.undo(), "undone"), redo: () => this.after(this.history.redo(), "redone"), draw: () => this.draw(!this.drawing.isOn) };
    this.buttons = Object.fromEntries([...this.desk.querySelectorAll("[data-do]")].map((button) => [button.dataset.do, button]));
    for (const [name, button] of Object.entries(this.buttons)) button.addEventListener("click", acts[name]);
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.target.matches("input,textarea,select")) return;
      const act = { z: event.shiftKey ? acts.redo : acts.undo, y: acts.redo }[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    });
    this.atlas.onClick = ({ home }, event) => {
      if (this.drawing.isOn) this.drawing.add(event);
      else if (home !== undefined) this.choose(home);
      return true;
    };
    this.parts.find.addEventListener("input", () => this.find());
    this.find();
    document.getElementById("keep").addEventListener("submit", ({ target }) => {
      target.elements.outlines.value = JSON.stringify(this.history.state.outlines);
    });
  }

  name(home) {
    return this.facts.homes.name[this.place.get(home)];
  }

  code(home) {
    return this.facts.homes.code[this.place.get(home)];
  }

  choose(home, { isSought = false } = {}) {
    this.home = home;
    this.draw(false);
    if (isSought) this.go(home);
    this.show();
  }

  /** Go to where a home is, as near as its corners can be told apart. */
  go(home) {
    const spots = ringsOf(this.shared.geometry(home)).flat();
    const at = this.facts.homes.at[this.place.get(home)];
    if (!spots.length && at) spots.push(at);
    if (!spots.length) return;
    const axis = (which) => spots.map((spot) => spot[which]);
    const bounds = [Math.min, Math.max].map((least) => [least(...axis(0)), least(...axis(1))]);
    this.map.fitBounds(bounds, { padding: 90, maxZoom: CLOSEST, animate: false });
  }

  draw(isOn) {
    this.drawing.set(isOn && this.home !== null);
    this.buttons.draw.setAttribute("aria-pressed", String(this.drawing.isOn));
    this.corners.svg.style.visibility = this.drawing.isOn ? "hidden" : "visible";
  }

  // What the corners ask.

  /** Return the place of a pixel: the corner of another home that is near, else the pixel's own. */
  snapped([x, y], own) {
    const spot = rounded(this.map.unproject([x, y]).toArray());
    const reach = Math.abs(this.map.unproject([x, y + SNAP_PX]).lat - spot[1]);
    const found = this.drawing.corners().nearest(spot, reach);
    return found && String(found) !== String(own) ? found : spot;
  }

  touched(corner) {
    return [...this.shared.withCorner(corner).values()].flatMap(ringsOf);
  }

  move(corner, spot) {
    const found = this.shared.moved(corner, rounded(spot));
    this.take(found, "moved", { n: found?.size });
  }

  add(ring, at, spot) {
    const spots = ringsOf(this.shared.geometry(this.home))[ring];
    this.take(this.shared.added(spots[at], spots[(at + 1) % spots.length], rounded(spot)), "added", {});
  }

  remove(corner) {
    this.take(this.shared.removed(corner), "removed", {});
  }

  drew(ring) {
    const spots = ring.map(rounded).filter((spot, at, all) => String(spot) !== String(all[(at + 1) % all.length]));
    this.draw(false);
    const geometry = { type: "Polygon", coordinates: [[...spots, spots[0]]] };
    this.take(spots.length < 3 ? null : new Map([[this.home, geometry]]), "drawn", { home: this.name(this.home) });
  }

  /** Take outlines over by number of home; `null` where one would be no outline any more. */
  take(found, word, values) {
    if (!found) return this.say(this.words.tooFew);
    const fresh = Object.fromEntries([...found].map(([home, geometry]) => [this.code(home), geometry]));
    this.history.step({ outlines: { ...this.history.state.outlines, ...fresh } });
    return this.after(true, word, values);
  }

  revert(code) {
    const { [code]: _, ...outlines } = this.history.state.outlines;
    this.history.step({ outlines });
    this.after(true, "reverted", { home: this.name(this.homeOf.get(code)) });
  }

  after(isDone, word, values = {}) {
    if (!isDone) return;
    this.changed();
    this.say([filled(this.words[word], values), this.parts.chosen.textContent].join(this.words.and));
  }

  say(text) {
    this.parts.chosen.textContent = text;
  }

  /** Show the state everywhere, and have it checked. */
  changed() {
    const outlines = new Map(Object.entries(this.history.state.outlines).map(([code, geometry]) => [this.homeOf.get(code), geometry]));
    this.shared.changed = outlines;
    const touched = new Set([...this.shown, ...outlines.keys()]);
    if (touched.size) this.atlas.view.reshape(new Map([...touched].map((home) => [home, this.shared.geometry(home)])));
    this.shown = new Set(outlines.keys());
    this.atlas.view.mark("moved", outlines.keys());
    this.drawing.borders = null;
    this.buttons.undo.disabled = !this.history.canUndo;
    this.buttons.redo.disabled = !this.history.canRedo;
    this.list(Object.keys(this.history.state.outlines));
    this.show();
    this.ask();
  }

  show() {
    const { home, words } = this;
    const geometry = home === null ? null : this.shared.geometry(home);
    const n = ringsOf(geometry).flat().length;
    this.corners.show(n ? geometry : null);
    this.buttons.draw.disabled = home === null;
    this.say(home === null ? words.noHome : filled(n ? words.corners : words.noOutline, { home: `${this.name(home)} (${this.code(home)})`, n }));
  }

  list(codes) {
    this.parts.changes.replaceChildren(...codes.map((code) => {
      const name = `${this.name(this.homeOf.get(code))} (${code})`;
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: this.words.drop });
      button.setAttribute("aria-label", `${this.words.drop} ${name}`);
      button.addEventListener("click", () => this.revert(code));
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("span"), { textContent: name }), button);
      return item;
    }));
  }

  find() {
    const { homes } = this.facts;
    const wanted = this.parts.find.value.trim().toLowerCase();
    const found = homes.id.filter((home, at) => wanted && `${homes.name[at]} ${homes.code[at]}`.toLowerCase().includes(wanted));
    finds(this.parts.finds, found, this.words, (home) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: `${this.name(home)} (${this.code(home)})` });
      button.addEventListener("click", () => this.choose(home, { isSought: true }));
      return button;
    });
  }

  /** Have the outlines checked, the latest state only. */
  ask() {
    clearTimeout(this.timer);
    this.running?.abort();
    if (!Object.keys(this.history.state.outlines).length) {
      this.parts.checked.textContent = "";
      return;
    }
    this.parts.checked.textContent = this.words.trying;
    this.timer = setTimeout(() => this.check(), PAUSE);
  }

  async check() {
    this.running = new AbortController();
    const { checked } = this.parts;
    const { words, desk } = this;
    try {
      const response = await fetch(desk.dataset.try, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("#keep [name=csrfmiddlewaretoken]").value },
        body: JSON.stringify(this.history.state.outlines),
        signal: this.running.signal,
      });
      const { error, wrong = [], told = [] } = await response.json();
      const bad = error ? [error] : wrong;
      const parts = [bad.length ? words.wrong + bad.join(words.and) : words.sound, told.length ? words.told + told.join(words.and) : ""];
      checked.textContent = parts.filter(Boolean).join(words.and);
      checked.className = bad.length ? "status message message-warning" : "status";
    } catch (failure) {
      if (failure.name !== "AbortError") checked.textContent = words.lost;
    }
  }
}
