// What stands behind a cell or a mark, shown beside the pointer. The same facts stand in the tables.
const tip = document.getElementById("tip");

function showTip(text, x, y) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(x + 14, window.innerWidth - width - 8);
  const top = y + 18 + height > window.innerHeight ? y - height - 10 : y + 18;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

document.addEventListener("pointerover", (event) => {
  const owner = event.target.closest?.("[data-tip-zh]");
  if (owner) showTip(language() === "zh" ? owner.dataset.tipZh : owner.dataset.tipEn, event.clientX, event.clientY);
  else if (!event.target.closest?.("#atlas")) showTip("", 0, 0);
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") showTip("", 0, 0); });
document.addEventListener("scroll", () => showTip("", 0, 0), { passive: true, capture: true });
