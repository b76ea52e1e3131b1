// A drawing of the graphics card is gone when the page is printed: copy it, finer, to one that stays.
import { boundsOf } from "./view.js";

const FINE = 3;
const MARGIN = 10;
const NAMES_PX = 120; // names of schools reach beyond the outermost homes

export function printable(atlas) {
  atlas.root.querySelector("[data-print]").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => copy(atlas));
  window.addEventListener("afterprint", () => atlas.root.querySelector(".print-copy")?.remove());
}

function copy(atlas) {
  const box = atlas.root.querySelector(".canvas");
  const { map } = atlas.view;
  if (!map.getContainer().clientWidth) return; // asked a second time, and now on paper: the copy is there
  box.querySelector(".print-copy")?.remove();
  const part = seen(map, atlas.facts, box);
  const paper = document.createElement("canvas");
  paper.className = "print-copy";
  Object.assign(paper, { width: part.width * FINE, height: part.height * FINE });
  const pen = paper.getContext("2d");
  pen.scale(FINE, FINE);
  pen.translate(-part.left, -part.top);
  draw(map, pen, box.clientWidth, box.clientHeight);
  if (atlas.swipe.isOn) {
    const line = box.clientWidth * atlas.swipe.share;
    draw(atlas.swipe.top.map, pen, line, box.clientHeight);
    pen.fillStyle = "#a3271f";
    pen.fillRect(line - 1, 0, 2, box.clientHeight);
  }
  scale(pen, part, box);
  box.append(paper);
}

/** Draw how long a way on the map is, as the screen has it, and where north is, at the foot on the left. */
function scale(pen, { left, top, height }, box) {
  const bar = box.querySelector(".maplibregl-ctrl-scale");
  if (!bar) return;
  const [x, y, long] = [left + MARGIN, top + height - MARGIN, bar.clientWidth];
  const text = `${bar.textContent}   N ↑`;
  Object.assign(pen, { strokeStyle: "#1b2430", fillStyle: "#fffefb", lineWidth: 1.5, font: "11px sans-serif", textBaseline: "bottom" });
  pen.fillRect(x - 5, y - 20, Math.max(long, pen.measureText(text).width) + 10, 26);
  pen.fillStyle = "#1b2430";
  pen.fillText(text, x, y - 5);
  pen.beginPath();
  for (const [at, to] of [[x, y - 4], [x, y], [x + long, y], [x + long, y - 4]]) pen.lineTo(at, to);
  pen.stroke();
}

/** Return the part of the screen's map that is worth its paper: what is seen of the district, without blank margins. */
function seen(map, facts, { clientWidth, clientHeight }) {
  const [[west, south], [east, north]] = boundsOf(facts);
  const [first, last] = [map.project([west, north]), map.project([east, south])];
  const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
  const [left, right] = [within(first.x - NAMES_PX, clientWidth), within(last.x + NAMES_PX, clientWidth)];
  const [top, bottom] = [within(first.y - NAMES_PX / 6, clientHeight), within(last.y + NAMES_PX / 6, clientHeight)];
  if (right <= left || bottom <= top) return { left: 0, top: 0, width: clientWidth, height: clientHeight };
  return { left, top, width: right - left, height: bottom - top };
}

/** Draw the left part of a map, up to `width`, with the pen, on the paper that it has on the screen. */
function draw(map, pen, width, height) {
  pen.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
  pen.fillRect(0, 0, width, height);
  const usual = map.getPixelRatio();
  const names = map.getPaintProperty("names", "text-opacity");
  map.setPaintProperty("names", "text-opacity", 1); // paper is not in a hurry
  map.setPixelRatio(FINE);
  map.redraw();
  const canvas = map.getCanvas();
  const ratio = canvas.width / map.getContainer().clientWidth; // less than asked for where the map would be too large
  pen.drawImage(canvas, 0, 0, width * ratio, canvas.height, 0, 0, width, height);
  map.setPaintProperty("names", "text-opacity", names);
  map.setPixelRatio(usual);
}
