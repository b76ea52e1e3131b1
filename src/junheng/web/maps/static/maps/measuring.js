// Asks the server what the edit does, the latest state only, and shows it: zones, loads, homes cut off, every measure.

const PAUSE = 120;

export class Measuring {
  constructor(edit) {
    this.edit = edit;
    const { plan } = edit;
    this.zones = new Map(plan.zones.features.map((zone) => [zone.id, zone]));
    this.loads = [...plan.loads];
    this.broken = plan.broken;
    this.token = document.querySelector("#keep [name=csrfmiddlewaretoken]").value;
  }

  ask() {
    clearTimeout(this.timer);
    this.edit.panel.state("measuring");
    this.timer = setTimeout(() => this.fetch(), PAUSE);
  }

  async fetch() {
    this.running?.abort();
    this.running = new AbortController();
    const { edit } = this;
    try {
      const response = await fetch(edit.desk.dataset.effect, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(edit.state),
        signal: this.running.signal,
      });
      const found = await response.json();
      if (!response.ok) return edit.panel.wrong(found.error);
      return this.show(found);
    } catch (error) {
      if (error.name !== "AbortError") edit.panel.wrong(edit.words.lost);
      return undefined;
    }
  }

  show(found) {
    const { edit, zones } = this;
    const { plan, atlas, facts } = edit;
    const now = new Map(zones);
    for (const gone of found.gone) now.delete(gone);
    for (const zone of found.zones.features) now.set(zone.id, zone);
    plan.zones = { type: "FeatureCollection", features: [...now.values()] };
    const at = new Map(facts.schools.map((school, position) => [school.id, position]));
    plan.loads = [...this.loads];
    for (const load of found.schools) plan.loads[at.get(load.id)] = load;
    plan.broken = found.broken.map((home) => edit.place.get(home));
    edit.plan.km = edit.plan.km.map((km, position) => found.km[facts.homes.id[position]] ?? km);
    atlas?.view.refresh();
    atlas?.markMoved();
    edit.panel.measured(found, this.loads);
  }
}
