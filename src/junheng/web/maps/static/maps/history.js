// The states of an edit, kept for this tab alone: a page that was loaded again goes on where it was.

const MOST = 50;

export class History {
  /** `nothing` is the state before anything was done. */
  constructor(name, nothing) {
    Object.assign(this, { name, nothing });
    const kept = this.kept();
    this.states = kept?.states ?? [nothing];
    this.at = kept?.at ?? 0;
  }

  get state() {
    return this.states[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  step(state) {
    this.states = [...this.states.slice(0, this.at + 1), state];
    this.go(this.states.length - 1);
  }

  undo() {
    return this.canUndo && this.go(this.at - 1);
  }

  redo() {
    return this.canRedo && this.go(this.at + 1);
  }

  go(at) {
    this.at = at;
    const cut = Math.max(0, this.states.length - MOST);
    try {
      sessionStorage.setItem(this.name, JSON.stringify({ states: this.states.slice(cut), at: Math.max(0, at - cut) }));
    } catch {
      // A full or forbidden store only costs the comfort of going on after a reload.
    }
    return true;
  }

  kept() {
    try {
      const found = JSON.parse(sessionStorage.getItem(this.name));
      const state = Array.isArray(found?.states) ? found.states[found.at] : null;
      return state && Object.keys(this.nothing).every((part) => state[part]) ? found : null;
    } catch {
      return null;
    }
  }

  forget() {
    sessionStorage.removeItem(this.name);
  }
}
