// Editing zones by hand. What was done is a list of states, so that every step can be undone; the server measures each.
import { History } from "./history.js";
import { Measuring } from "./measuring.js";
import { Panel } from "./panel.js";
import { choosing } from "./choosing.js";

/** Join the desk of a page to its map; without a map (`null`) homes are chosen from the list alone. */
export function edit(desk, atlas, facts, words) {
  return new Edit(desk, atlas, facts, words);
}

class Edit {
  constructor(desk, atlas, facts, words) {
    Object.assign(this, { desk, atlas, facts, words, chosen: new Set() });
    this.place = new Map(facts.homes.id.map((id, at) => [id, at]));
    this.homeOf = new Map(facts.homes.code.map((code, at) => [code, facts.homes.id[at]]));
    this.school = new Map(facts.schools.map((one) => [one.id, one]));
    this.schoolOf = new Map(facts.schools.map((one) => [one.code, one.id]));
    this.plan = facts.sides[facts.sides.length - 1];
    this.base = [...this.plan.school];
    this.history = new History(`junheng-edit-${desk.dataset.plan}`, { moves: {}, locked: {}, forbidden: [] });
    this.panel = new Panel(this);
    this.measuring = new Measuring(this);
    if (atlas) choosing(this);
    this.changed();
  }

  /** What is so far: `moves`, `locked` by home's code, `forbidden` as pairs of codes. */
  get state() {
    return this.history.state;
  }

  code(home) {
    return this.facts.homes.code[this.place.get(home)];
  }

  /** Return the number of the school that a home has by the plan, and by the edit. */
  before(home) {
    return this.base[this.place.get(home)];
  }

  now(home) {
    const code = this.state.moves[this.code(home)];
    return code === undefined ? this.before(home) : this.schoolOf.get(code);
  }

  choose(homes, { isOn = true } = {}) {
    for (const home of homes) {
      if (isOn) this.chosen.add(home); else this.chosen.delete(home);
    }
    this.drawChosen();
  }

  toggle(home) {
    this.choose([home], { isOn: !this.chosen.has(home) });
  }

  clear() {
    this.chosen.clear();
    this.drawChosen();
  }

  give(school) {
    const { code } = this.school.get(school);
    const homes = [...this.chosen];
    const banned = homes.filter((home) => this.state.forbidden.some(([one, other]) => one === this.code(home) && other === code));
    if (banned.length) return this.panel.refuse("refused", { n: banned.length, school: this.school.get(school).name });
    const elsewhere = homes.filter((home) => (this.state.locked[this.code(home)] ?? code) !== code);
    if (elsewhere.length) return this.panel.refuse("pinnedElsewhere", { n: elsewhere.length });
    const moves = { ...this.state.moves };
    for (const home of homes) {
      if (this.before(home) === school) delete moves[this.code(home)]; else moves[this.code(home)] = code;
    }
    return this.step({ ...this.state, moves }, "gave", { n: homes.length, school: this.school.get(school).name });
  }

  pin() {
    const homes = [...this.chosen].filter((home) => this.school.has(this.now(home)));
    const locked = { ...this.state.locked };
    for (const home of homes) locked[this.code(home)] = this.school.get(this.now(home)).code;
    this.step({ ...this.state, locked }, "pinned", { n: homes.length });
  }

  ban(school) {
    const { code, name } = this.school.get(school);
    const homes = [...this.chosen].filter((home) => this.now(home) !== school);
    const fresh = homes.map((home) => [this.code(home), code]).filter((pair) => !this.state.forbidden.some((one) => String(one) === String(pair)));
    this.step({ ...this.state, forbidden: [...this.state.forbidden, ...fresh] }, "banned", { n: homes.length, school: name });
  }

  revert(codes = [...this.chosen].map((home) => this.code(home))) {
    const gone = new Set(codes);
    const without = (pairs) => Object.fromEntries(Object.entries(pairs).filter(([home]) => !gone.has(home)));
    const forbidden = this.state.forbidden.filter(([home]) => !gone.has(home));
    this.step({ moves: without(this.state.moves), locked: without(this.state.locked), forbidden }, "reverted", { n: codes.length });
  }

  step(state, word, values) {
    this.history.step(state);
    this.chosen.clear();
    this.panel.say(word, values);
    this.changed();
  }

  undo() {
    if (this.history.undo()) this.after("undone");
  }

  redo() {
    if (this.history.redo()) this.after("redone");
  }

  after(word) {
    this.panel.say(word, {});
    this.changed();
  }

  /** Show the state everywhere, and have it measured. */
  changed() {
    const moved = Object.entries(this.state.moves).map(([home, school]) => [this.homeOf.get(home), this.schoolOf.get(school)]);
    this.plan.school = [...this.base];
    for (const [home, school] of moved) this.plan.school[this.place.get(home)] = school;
    if (this.atlas) {
      const schools = new Map(moved);
      this.atlas.view.mark("changed", schools.keys(), (home) => this.atlas.view.colourOf(schools.get(home)));
      this.atlas.markMoved();
    }
    this.drawChosen();
    this.panel.show();
    this.measuring.ask();
  }

  drawChosen() {
    this.atlas?.view.mark("selected", this.chosen);
    this.panel.showChosen();
  }
}
