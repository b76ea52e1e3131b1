// A drawing of the graphics card is gone when the page is printed: copy it, finer, to one that stays.

export function printable(atlas) {
  atlas.root.querySelector("[data-print]").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => copy(atlas));
  window.addEventListener("afterprint", () => atlas.root.querySelector(".print-copy")?.remove());
}

const FINE = 2;

function copy(atlas) {
  const box = atlas.root.querySelector(".canvas");
  box.querySelector(".print-copy")?.remove();
  const paper = document.createElement("canvas");
  paper.className = "print-copy";
  const { clientWidth: width, clientHeight: height } = box;
  Object.assign(paper, { width: width * FINE, height: height * FINE });
  const pen = paper.getContext("2d");
  draw(atlas.view.map, pen, 0, width);
  if (atlas.swipe.isOn) {
    const line = width * atlas.swipe.share;
    draw(atlas.swipe.top.map, pen, 0, line);
    pen.fillStyle = "#a3271f";
    pen.fillRect(line * FINE - FINE, 0, 2 * FINE, height * FINE);
  }
  box.append(paper);
}

function draw(map, pen, from, to) {
  const usual = map.getPixelRatio();
  map.setPixelRatio(FINE);
  map.redraw();
  const canvas = map.getCanvas();
  pen.drawImage(canvas, from * FINE, 0, (to - from) * FINE, canvas.height, from * FINE, 0, (to - from) * FINE, canvas.height);
  map.setPixelRatio(usual);
}
