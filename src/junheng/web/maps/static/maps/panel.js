// What stands beside the map: what is chosen, what was done, what it does. All of it works by keyboard alone.

import { filled } from "./filled.js";
import { finds } from "./finds.js";

export class Panel {
  constructor(edit) {
    this.edit = edit;
    const { desk } = edit;
    this.parts = Object.fromEntries(["chosen", "target", "measured", "changes", "find", "finds", "refusal"].map((id) => [id, document.getElementById(id)]));
    this.parts.target.append(...edit.facts.schools.map((school) => new Option(school.name, school.id)));
    const target = () => Number(this.parts.target.value);
    const acts = {
      give: () => edit.give(target()), pin: () => edit.pin(), ban: () => edit.ban(target()), revert: () => edit.revert(),
      clear: () => edit.clear(), undo: () => edit.undo(), redo: () => edit.redo(),
    };
    this.buttons = Object.fromEntries([...desk.querySelectorAll("[data-do]")].map((button) => [button.dataset.do, button]));
    for (const [name, button] of Object.entries(this.buttons)) button.addEventListener("click", acts[name]);
    this.parts.find.addEventListener("input", () => this.find());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.target.matches("input,textarea,select")) return;
      const act = { z: event.shiftKey ? acts.redo : acts.undo, y: acts.redo }[event.key.toLowerCase()];
      if (act) {
        event.preventDefault();
        act();
      }
    });
    const form = document.getElementById("keep");
    form.addEventListener("submit", () => {
      form.elements.edit.value = JSON.stringify(edit.state);
    });
  }

  target(school) {
    this.parts.target.value = String(school);
  }

  /** Say what was done. */
  say(word, values) {
    this.said = filled(this.edit.words[word], values);
    this.parts.refusal.hidden = true;
  }

  refuse(word, values) {
    this.parts.refusal.textContent = filled(this.edit.words[word], values);
    this.parts.refusal.hidden = false;
  }

  showChosen() {
    const { edit } = this;
    const { chosen, words, facts } = edit;
    const children = [...chosen].reduce((sum, home) => sum + (facts.homes.children?.[edit.place.get(home)] ?? 0), 0);
    const text = chosen.size ? filled(words.chosen, { n: chosen.size, children }) : words.nothingChosen;
    this.parts.chosen.textContent = [this.said, text].filter(Boolean).join(words.and);
    this.said = "";
    for (const name of ["give", "pin", "ban", "revert", "clear"]) this.buttons[name].disabled = !chosen.size;
    for (const input of this.parts.finds.querySelectorAll("input")) input.checked = chosen.has(Number(input.value));
  }

  show() {
    const { edit } = this;
    const { words, state } = edit;
    const name = (code) => edit.facts.homes.name[edit.place.get(edit.homeOf.get(code))] ?? code;
    const school = (id) => edit.school.get(id)?.name ?? words.none;
    const lines = [
      ...Object.entries(state.moves).map(([home, to]) => [home, filled(words.move, { home: name(home), from: school(edit.before(edit.homeOf.get(home))), to: school(edit.schoolOf.get(to)) })]),
      ...Object.entries(state.locked).map(([home, at]) => [home, filled(words.pin, { home: name(home), school: school(edit.schoolOf.get(at)) })]),
      ...state.forbidden.map(([home, to]) => [home, filled(words.ban, { home: name(home), school: school(edit.schoolOf.get(to)) })]),
    ];
    this.parts.changes.replaceChildren(...lines.map(([home, text]) => {
      const button = element("button", words.drop);
      button.type = "button";
      button.className = "quiet";
      button.setAttribute("aria-label", `${words.drop} ${text}`);
      button.addEventListener("click", () => edit.revert([home]));
      const item = document.createElement("li");
      item.append(element("span", text), button);
      return item;
    }));
    this.find();
    this.buttons.undo.disabled = !edit.history.canUndo;
    this.buttons.redo.disabled = !edit.history.canRedo;
  }

  state(word) {
    this.parts.measured.textContent = this.edit.words[word];
  }

  wrong(text) {
    this.parts.measured.textContent = text;
  }

  measured({ measures, schools, broken }, before) {
    const { edit } = this;
    const { words } = edit;
    const worse = measures.filter((one) => one.change === "worse");
    const told = worse.map((one) => `${one.name} ${one.plan} → ${one.edit} (${words.worse})`);
    if (broken.length) told.push(filled(words.brokenNow, { n: broken.length }));
    this.parts.measured.textContent = [words.measured, ...told].join(words.and);
    rows("measures", measures.map((one) => [one.name, one.now, one.plan, one.edit, one.change === "same" ? "" : words[one.change], one.change]));
    const at = new Map(edit.facts.schools.map((school, position) => [school.id, position]));
    rows("loads", schools.map((load) => {
      const [school, old] = [edit.school.get(load.id), before[at.get(load.id)]];
      return [school.name, school.placesText, arrow(old.zoned, load.zoned), arrow(old.use, load.use), arrow(old.beyond, load.beyond)];
    }));
  }

  find() {
    const { edit } = this;
    const { facts, words } = edit;
    const wanted = this.parts.find.value.trim().toLowerCase();
    const schoolOf = (home) => edit.school.get(edit.now(home))?.name ?? words.none;
    const found = wanted ? facts.homes.id.filter((home, at) => `${facts.homes.name[at]} ${facts.homes.code[at]} ${schoolOf(home)}`.toLowerCase().includes(wanted)) : [];
    finds(this.parts.finds, found, words, (home) => {
      const at = edit.place.get(home);
      const input = Object.assign(document.createElement("input"), { type: "checkbox", value: home, checked: edit.chosen.has(home) });
      input.addEventListener("change", () => edit.choose([home], { isOn: input.checked }));
      const label = document.createElement("label");
      label.append(input, element("span", `${facts.homes.name[at]} (${facts.homes.code[at]}) · ${facts.homes.children?.[at] ?? "—"} · ${schoolOf(home)}`));
      return label;
    });
  }
}

function rows(table, lines) {
  const made = lines.map(([head, ...cells]) => {
    const row = document.createElement("tr");
    const title = element("th", head);
    title.scope = "row";
    row.append(title);
    const [change, mark] = table === "measures" ? [cells.pop(), cells.pop()] : ["same", ""];
    cells.forEach((text, at) => {
      const cell = element("td", text);
      cell.className = "n";
      if (at === cells.length - 1 && change !== "same") {
        cell.classList.add(`change-${change}`);
        cell.append(element("small", ` ${mark}`));
      }
      row.append(cell);
    });
    return row;
  });
  document.querySelector(`#${table} tbody`).replaceChildren(...made);
}

function arrow(before, after) {
  return before === after ? after : `${before} → ${after}`;
}

function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}
