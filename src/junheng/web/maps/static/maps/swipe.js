// Two maps on top of each other, of which the upper is cut off at a line that can be dragged.

export class Swipe {
  constructor(atlas) {
    this.atlas = atlas;
    this.box = atlas.root.querySelector(".canvas");
    this.label = atlas.root.querySelector(".swipe");
    this.slider = atlas.root.querySelector("[data-swipe]");
    this.top = null;
    this.isOn = false;
    this.slider?.addEventListener("input", () => this.cut());
  }

  /** Where the line is, as a share of the width. */
  get share() {
    return Number(this.slider.value) / 100;
  }

  set(isOn) {
    this.isOn = isOn;
    if (!this.slider) return;
    this.label.hidden = !isOn;
    if (isOn && !this.top) this.open();
    if (this.top) this.layer.hidden = this.line.hidden = !isOn;
    if (isOn) this.follow(this.atlas.view.map, this.top.map);
    this.cut();
  }

  open() {
    const { atlas } = this;
    this.layer = document.createElement("div");
    this.layer.className = "layer-map";
    this.line = document.createElement("div");
    this.line.className = "swipe-line";
    this.line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.line.setPointerCapture(event.pointerId);
    });
    this.line.addEventListener("pointermove", (event) => {
      if (this.line.hasPointerCapture(event.pointerId)) this.drag(event.clientX);
    });
    this.box.append(this.layer, this.line);
    this.top = atlas.drawn(this.layer, atlas.last);
    atlas.listen(this.top);
    this.top.loaded.then(() => {
      this.top.colour(atlas.root.dataset.by);
      atlas.markMoved();
    });
    for (const [from, to] of [[atlas.view.map, this.top.map], [this.top.map, atlas.view.map]]) {
      from.on("move", () => { if (this.isOn) this.follow(from, to); });
    }
  }

  /** Put the line, and the slider that keyboards move, under a pointer. */
  drag(x) {
    const { left, width } = this.box.getBoundingClientRect();
    this.slider.value = String((100 * (x - left)) / width);
    this.cut();
  }

  follow(from, to) {
    if (this.isFollowing) return;
    this.isFollowing = true; // moving the other one must not move this one again
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    this.isFollowing = false;
  }

  cut() {
    if (!this.top) return;
    const percent = 100 * this.share;
    this.layer.style.clipPath = `inset(0 ${100 - percent}% 0 0)`;
    this.line.style.left = `${percent}%`;
  }
}
