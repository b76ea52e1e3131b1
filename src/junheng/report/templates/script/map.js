// The map: swipe between before and after, colour by zone or load, zoom, and tell what is pointed at.
const WORDS = {
  zh: { children: "人", now: "现状", plan: "方案后", none: "未划片", capacity: "核定学位", zoned: "学区内儿童", why: "理由：", beyond: "（服务半径外）", km: "公里" },
  en: { children: "children", now: "today", plan: "after", none: "no catchment", capacity: "places", zoned: "children of the zone", why: "Why: ", beyond: " (beyond the radius)", km: "km" },
};

function map(figure) {
  const svg = figure.querySelector("#atlas");
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const whole = svg.viewBox.baseVal;
  const full = { width: whole.width, height: whole.height };
  const view = { x: 0, y: 0, width: full.width, height: full.height };
  let zoomed = 1;
  const layers = figure.querySelectorAll('[data-layer="after"]').length ? 2 : 1;
  const swipe = figure.querySelector("#swipe");
  const line = figure.querySelector("#swipe-line");
  const sides = figure.querySelector(".sides");
  const paths = Array.from(svg.querySelectorAll(".homes path"));
  const place = new Map(paths.map((path, i) => [path, i]));
  const say = (key) => WORDS[language()][key];

  // The view has the shape of the picture on the screen, so that nothing is drawn outside what is clipped.
  function redraw(x = view.x + view.width / 2, y = view.y + view.height / 2) {
    const width = svg.parentElement.clientWidth || 1040;
    const height = Math.min(720, (width * full.height) / full.width);
    svg.style.height = `${height}px`;
    const pxPerUnit = zoomed * Math.min(width / full.width, height / full.height);
    Object.assign(view, { width: width / pxPerUnit, height: height / pxPerUnit });
    view.x = within(x - view.width / 2, full.width - view.width);
    view.y = within(y - view.height / 2, full.height - view.height);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    svg.style.setProperty("--k", String(1 / pxPerUnit));
    svg.style.setProperty("--m", String(((width < 600 ? 0.65 : 1) * Math.min(1.8, zoomed ** 0.4)) / pxPerUnit));
    svg.classList.toggle("zoomed", zoomed > 1);
    // Names were placed for the whole map and two enlargements: show those that have room now.
    const room = pxPerUnit * Number(svg.dataset.perPx) * 1.15;
    for (const step of [1, 3, 9]) svg.classList.toggle(`zoom${step}`, room >= step && (step === 9 || room < 3 * step));
    clip();
    scale(pxPerUnit);
  }

  function within(start, room) {
    return room < 0 ? room / 2 : Math.min(Math.max(0, start), room);
  }

  function clip() {
    if (!swipe) return;
    const after = Number(swipe.value) / 100;
    const cut = view.x + view.width * after;
    const [left, right] = ["after", "before"].map((name) => svg.querySelector(`#clip-${name} rect`));
    for (const rect of [left, right]) { rect.setAttribute("y", view.y); rect.setAttribute("height", view.height); }
    left.setAttribute("x", view.x);
    left.setAttribute("width", Math.max(0, cut - view.x));
    right.setAttribute("x", cut);
    right.setAttribute("width", Math.max(0, view.x + view.width - cut));
    line.toggleAttribute("hidden", after === 0 || after === 1);
    line.setAttribute("transform", `translate(${cut} 0)`);
    sides.hidden = after === 0 || after === 1;
    sides.style.left = `${100 * after}%`;
    for (const button of figure.querySelectorAll("[data-show]"))
      button.setAttribute("aria-pressed", String(after === (button.dataset.show === "after" ? 1 : 0)));
  }

  function scale(pxPerUnit) {
    const box = figure.querySelector(".scale");
    const pxPerKm = pxPerUnit * data.unitsPerKm;
    const km = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((length) => length * pxPerKm >= 60) ?? 100;
    box.hidden = false;
    box.querySelector("i").style.width = `${km * pxPerKm}px`;
    box.querySelector("span").textContent = km < 1 ? `${km * 1000} ${language() === "zh" ? "米" : "m"}` : `${km} ${say("km")}`;
  }

  function zoom(factor, x = view.x + view.width / 2, y = view.y + view.height / 2) {
    const before = zoomed;
    zoomed = Math.min(40, Math.max(1, zoomed * factor));
    const shrink = before / zoomed;
    redraw(x + (view.x + view.width / 2 - x) * shrink, y + (view.y + view.height / 2 - y) * shrink);
  }

  function pan(dx, dy) {
    redraw(view.x + view.width / 2 + dx, view.y + view.height / 2 + dy);
  }

  function at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  function schoolText(number) {
    const [name, capacity, ...loads] = data.schools[number];
    const lines = [name, `${say("capacity")} ${capacity ?? "—"}`];
    for (let k = 0; k < layers; k += 1)
      lines.push(`${layers > 1 ? (k ? say("plan") : say("now")) + " · " : ""}${say("zoned")} ${loads[2 * k] ?? "—"} · ${loads[2 * k + 1]}`);
    return lines.join("\n");
  }

  function homeText(number) {
    const [name, children, reason, ...by] = data.homes[number];
    const lines = [`${name} · ${children ?? "—"} ${say("children")}`];
    for (let k = 0; k < layers; k += 1) {
      const [school, km, beyond] = by.slice(3 * k, 3 * k + 3);
      const where = school === null ? say("none") : data.schools[school][0];
      const far = km === null ? "" : ` · ${km} ${say("km")}${beyond ? say("beyond") : ""}`;
      lines.push(`${layers > 1 ? (k ? say("plan") : say("now")) + "：" : ""}${where}${far}`);
    }
    if (reason !== null) lines.push(say("why") + data.reasons[reason][language() === "zh" ? 0 : 1]);
    return lines.join("\n");
  }

  function textOf(target) {
    if (target.classList.contains("mark")) return schoolText(Number(target.dataset.s));
    return place.has(target) ? homeText(place.get(target)) : "";
  }

  const told = figure.querySelector("#told");
  const pick = figure.querySelector("#pick");
  function picked() {
    const wanted = pick.value;
    svg.classList.toggle("picked", wanted !== "");
    for (const zone of svg.querySelectorAll(".zone")) zone.classList.toggle("on", wanted !== "" && zone.dataset.s === wanted);
    told.textContent = wanted === "" ? "" : schoolText(Number(wanted)).split("\n").join("　");
  }

  let grip = null;
  svg.addEventListener("pointermove", (event) => {
    if (grip && zoomed > 1) {
      const [x, y] = at(event);
      pan(grip[0] - x, grip[1] - y);
      showTip("", 0, 0);
    } else showTip(textOf(event.target), event.clientX, event.clientY);
  });
  svg.addEventListener("pointerdown", (event) => { grip = at(event); });
  window.addEventListener("pointerup", () => { grip = null; });
  svg.addEventListener("pointerleave", () => showTip("", 0, 0));
  svg.addEventListener("click", (event) => {
    if (!event.target.classList.contains("mark")) return;
    pick.value = pick.value === event.target.dataset.s ? "" : event.target.dataset.s;
    picked();
  });
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, ...at(event));
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => zoom(2, ...at(event)));
  for (const button of figure.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => zoom({ in: 1.6, out: 1 / 1.6, all: 0 }[button.dataset.zoom] || 1e-9));
  for (const button of figure.querySelectorAll("[data-view-by]"))
    button.addEventListener("click", () => {
      figure.dataset.view = button.dataset.viewBy;
      for (const other of figure.querySelectorAll("[data-view-by]")) other.setAttribute("aria-pressed", String(other === button));
    });
  for (const button of figure.querySelectorAll("[data-show]"))
    button.addEventListener("click", () => { swipe.value = button.dataset.show === "after" ? 100 : 0; clip(); });
  swipe?.addEventListener("input", clip);
  pick.addEventListener("input", picked);
  listeners.push(() => { redraw(); picked(); });
  new ResizeObserver(() => redraw()).observe(svg.parentElement);
  redraw();
}

for (const figure of document.querySelectorAll("figure.map")) map(figure);
