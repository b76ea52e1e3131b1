// What a popup says of a school or a home: the same figures as the table.

/** Return a box with the figures of what was clicked, and the same as one line in `dataset.line`; `null` for nothing. */
export function detailsOf(atlas, { school, home }, side) {
  if (school !== undefined) return ofSchool(atlas, school, side);
  return home === undefined ? null : ofHome(atlas, home, side);
}

function ofSchool({ facts, view, words }, id, side) {
  const at = view.schoolAt.get(id);
  const [school, load] = [facts.schools[at], side.loads[at]];
  const box = boxOf(school.name, [
    [words.verdict, school.verdict],
    [words.places, school.placesText],
    [words.pupils, school.pupils],
    [words.zoned, load.zoned],
    [words.use, load.use],
    [words.over, load.beyond],
    ...(school.flow ?? []),
  ]);
  if (school.page) {
    const link = document.createElement("a");
    link.href = school.page;
    link.textContent = words.more;
    box.querySelector("h3").after(link); // before the figures: of a popup in a low map only the beginning is seen at once
  }
  return box;
}

function ofHome({ facts, view, words }, id, side) {
  const at = view.place.get(id);
  const name = (number) => facts.schools[view.schoolAt.get(number)]?.name ?? words.none;
  const before = facts.sides.length > 1 && side !== facts.sides[0] ? facts.sides[0].school[at] : undefined;
  return boxOf(`${facts.homes.name[at]} (${facts.homes.code[at]})`, [
    [words.school, name(side.school[at])],
    ...(before !== undefined && before !== side.school[at] ? [[words.before, name(before)]] : []),
    ...(facts.homes.children ? [[words.children, facts.homes.children[at] ?? "—"]] : []),
    [words.km, side.km[at] ?? "—"],
    ...(side.broken.includes(at) ? [[words.broken, "✕"]] : []),
  ]);
}

export function boxOf(title, pairs) {
  const box = document.createElement("div");
  const heading = document.createElement("h3");
  heading.textContent = title;
  const list = document.createElement("dl");
  const told = pairs.filter(([, value]) => value !== "" && value !== undefined);
  for (const [label, value] of told) {
    for (const [tag, text] of [["dt", label], ["dd", value]]) {
      const part = document.createElement(tag);
      part.textContent = text;
      list.append(part);
    }
  }
  box.append(heading, list);
  box.dataset.line = `${title}: ${told.map(([label, value]) => `${label} ${value}`).join(" · ")}`;
  return box;
}
