// Small comforts; every page works without them.
"use strict";

// A form that was sent is not sent again by an impatient second click.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// The problem box of a form that came back is where reading goes on.
const box = document.querySelector(".problem-box[role=alert]");
if (box) { box.tabIndex = -1; box.focus(); }

const print = document.querySelector("[data-print-page]");
if (print) print.addEventListener("click", () => window.print());
