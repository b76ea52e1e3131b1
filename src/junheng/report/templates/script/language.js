// The language switch: the style sheet hides one language; attributes, options and the title are rewritten here.
const root = document.documentElement;
const listeners = [];
const language = () => (root.lang.startsWith("zh") ? "zh" : "en");

function speak(wanted) {
  root.lang = wanted === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-zh][data-en]")) {
    const text = element.dataset[wanted];
    if (element.dataset.attribute) element.setAttribute(element.dataset.attribute, text);
    else element.textContent = text;
  }
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === wanted));
  for (const listener of listeners) listener();
}

for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => speak(button.dataset.language));
