// Choosing homes on the map: by a click, by a box, by a lasso, by a drawn border. A home is chosen when its place lies inside.

import { Drawing, overlay, shape } from "./drawing.js";
import { isInside } from "./inside.js";

export function choosing(edit) {
  const { atlas, desk } = edit;
  const box = atlas.root.querySelector(".canvas");
  let hand = "click";
  const drawing = new Drawing(edit, box, (ring) => {
    edit.chosen.clear();
    edit.choose(inside(edit, ring));
  });
  const press = (which) => {
    hand = which;
    box.dataset.hand = which;
    for (const button of desk.querySelectorAll("button[data-hand]")) button.setAttribute("aria-pressed", String(button.dataset.hand === which));
    const { dragPan, boxZoom } = atlas.view.map;
    boxZoom.disable();
    if (which === "box" || which === "lasso") dragPan.disable(); else dragPan.enable();
    drawing.set(which === "border");
  };
  for (const button of desk.querySelectorAll("button[data-hand]")) button.addEventListener("click", () => press(button.dataset.hand));
  press("click");
  atlas.onClick = ({ home, school }, event) => {
    if (hand === "border") drawing.add(event);
    if (hand !== "click") return true;
    if (school !== undefined) edit.panel.target(school);
    if (home === undefined) return false;
    edit.toggle(home);
    return true;
  };
  tracing(atlas, box, () => hand, (corners, isAdding) => {
    if (!isAdding) edit.chosen.clear();
    edit.choose(inside(edit, corners));
  });
}

/** Draw a box or lasso while the pointer is down, and hand its corners over. */
function tracing(atlas, box, hand, done) {
  const path = overlay(box).appendChild(shape("path"));
  const canvas = atlas.view.map.getCanvasContainer();
  let trace = null;
  const at = (event) => {
    const frame = box.getBoundingClientRect();
    return [event.clientX - frame.left - box.clientLeft, event.clientY - frame.top - box.clientTop];
  };
  const corners = () => (hand() === "box" ? rectangle(trace[0], trace[trace.length - 1]) : trace);
  canvas.addEventListener("pointerdown", (event) => {
    if (!["box", "lasso"].includes(hand()) || event.button !== 0) return;
    trace = [at(event)];
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!trace) return;
    trace.push(at(event));
    path.setAttribute("d", `M${corners().map((one) => one.join(" ")).join("L")}Z`);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (!trace) return;
      const found = corners();
      trace = null;
      path.removeAttribute("d");
      if (name === "pointerup" && found.length > 2) done(found.map((one) => atlas.view.map.unproject(one).toArray()), event.shiftKey);
    });
  }
}

function rectangle([x0, y0], [x1, y1]) {
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

function inside({ facts }, corners) {
  return facts.homes.id.filter((_, at) => facts.homes.at[at] && isInside(facts.homes.at[at], corners));
}
