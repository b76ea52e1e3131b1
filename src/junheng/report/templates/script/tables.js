// Tables: sort by a column, filter rows by name and by the words in data-k.
function keyOf(row, column, kind) {
  const cell = row.cells[column];
  if (kind === "text") return cell.innerText.trim();
  const given = cell.dataset.v ?? cell.textContent.replace(/,/g, "");
  return given === "" || given === "—" ? NaN : Number(given);
}

function sortBy(button) {
  const head = button.closest("th");
  const table = head.closest("table");
  const kind = button.dataset.sort;
  const present = head.getAttribute("aria-sort");
  const down = present ? present === "ascending" : button.dataset.first === "down";
  for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => [keyOf(row, head.cellIndex, kind), row]);
  const compare = kind === "text" ? (a, b) => a.localeCompare(b, root.lang) : (a, b) => a - b;
  rows.sort(([a], [b]) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);  // absent last, both ways
    return down ? compare(b, a) : compare(a, b);
  });
  body.append(...rows.map(([, row]) => row));
}

for (const button of document.querySelectorAll(".sort")) button.addEventListener("click", () => sortBy(button));

function wire(filter) {
  const rows = Array.from(document.getElementById(filter.dataset.for).tBodies[0].rows);
  const search = filter.querySelector("input");
  const selects = Array.from(filter.querySelectorAll("select"));
  const output = filter.querySelector("output");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const wanted = search.value.trim().toLowerCase();
    const words = selects.map((select) => select.value).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      const own = (row.dataset.k ?? "").split(" ");
      row.hidden = !(texts[i].includes(wanted) && words.every((word) => own.includes(word)));
      shown += !row.hidden;
    });
    output.textContent = language() === "zh" ? `${shown} / ${rows.length} 行` : `${shown} of ${rows.length} rows`;
  };
  for (const field of [search, ...selects]) field.addEventListener("input", apply);
  listeners.push(apply);
  apply();
}

for (const filter of document.querySelectorAll(".filter")) wire(filter);
