// Before printing: open what is folded, and put the map before and the map after under each other.
let closed = [];
let added = [];

function still(svg, layer) {
  const copy = svg.cloneNode(true);
  copy.removeAttribute("id");
  copy.setAttribute("viewBox", `0 0 ${svg.dataset.width} ${svg.dataset.height}`);
  for (const group of copy.querySelectorAll("[data-layer]")) {
    group.removeAttribute("clip-path");
    if (group.dataset.layer !== layer) group.remove();
  }
  copy.querySelector("#swipe-line").remove();
  // Whatever the map on the screen shows, the paper shows all of it at its own size.
  copy.setAttribute("class", `${svg.classList.contains("dots") ? "dots" : "areas"} still zoom1`);
  copy.removeAttribute("style");
  copy.style.setProperty("--k", svg.dataset.perPx);
  return copy;
}

window.addEventListener("beforeprint", () => {
  closed = Array.from(document.querySelectorAll("details:not([open])"));
  for (const details of closed) details.open = true;
  const svg = document.getElementById("atlas");
  const after = svg?.querySelector('[data-layer="after"]');
  if (!after || added.length) return;
  for (const button of document.querySelectorAll("[data-show]")) {
    const title = document.createElement("p");
    title.className = "prints title";
    title.append(...Array.from(button.childNodes, (node) => node.cloneNode(true)));
    const figure = document.createElement("div");
    figure.className = "prints canvas";
    figure.append(still(svg, button.dataset.show));
    added.push(title, figure);
  }
  svg.parentElement.before(...added);
  svg.parentElement.classList.add("unprinted");
});

window.addEventListener("afterprint", () => {
  for (const details of closed) details.open = false;
  for (const element of added) element.remove();
  document.querySelector(".unprinted")?.classList.remove("unprinted");
  added = [];
});
