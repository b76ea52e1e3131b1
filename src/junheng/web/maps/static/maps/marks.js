// Pictures that the map draws with: marks of schools, whose shape says the same as their colour, and hatching.

const SIZE = 40; // twice the pixels on the screen

function picture(draw, size = SIZE) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  draw(pen, size);
  return pen.getImageData(0, 0, size, size);
}

function shape(corners, fill, line) {
  return picture((pen, size) => {
    pen.beginPath();
    if (corners === 0) pen.arc(size / 2, size / 2, size / 2 - 4, 0, 2 * Math.PI);
    for (let i = 0; i < corners; i += 1) {
      const angle = 2 * Math.PI * (i / corners) - Math.PI / 2 + (corners === 4 && line.square ? Math.PI / 4 : 0);
      const [x, y] = [Math.cos(angle), Math.sin(angle)].map((part) => size / 2 + part * (size / 2 - 3));
      if (i) pen.lineTo(x, y); else pen.moveTo(x, y);
    }
    pen.closePath();
    Object.assign(pen, { fillStyle: fill, strokeStyle: line.colour, lineWidth: 3, lineJoin: "round" });
    pen.fill();
    pen.stroke();
  });
}

/** Add a mark with a letter for each kind of course: `course-open`, `course-merge` and so on. */
export function addLetters(map, found, colours) {
  for (const { kind, mark } of found) addLetter(map, `course-${kind}`, mark, { fill: colours[`--course-${kind}`], colours });
}

/** Add a square mark with a letter. */
export function addLetter(map, name, mark, { fill, colours }) {
  if (map.hasImage(name)) return;
  map.addImage(name, picture((pen, size) => {
    pen.beginPath();
    pen.roundRect(2, 2, size - 4, size - 4, 8);
    Object.assign(pen, { fillStyle: fill, strokeStyle: colours["--halo"], lineWidth: 4 });
    pen.fill();
    pen.stroke();
    Object.assign(pen, { fillStyle: "#fff", font: `600 ${size * 0.55}px ${colours["--sans"]}`, textAlign: "center", textBaseline: "middle" });
    pen.fillText(mark, size / 2, size * 0.54);
  }), { pixelRatio: 2 });
}

/** Add the head of an arrow that points up. */
export function addArrow(map, colours) {
  map.addImage("arrow", picture((pen, size) => {
    pen.beginPath();
    for (const [x, y] of [[0.5, 0.1], [0.9, 0.9], [0.5, 0.7], [0.1, 0.9]]) pen.lineTo(x * size, y * size);
    pen.closePath();
    Object.assign(pen, { fillStyle: colours["--bound"], strokeStyle: colours["--halo"], lineWidth: 2 });
    pen.fill();
    pen.stroke();
  }, 28), { pixelRatio: 2 });
}

/** Add every mark to a map: `circle-u0`... and `diamond-u0`... by load, `ok`, `bad` and `none` by verdict, `hatch`. */
export function addMarks(map, colours) {
  const line = { colour: colours["--bound"] };
  for (const load of ["u0", "u1", "u2", "u3", "u4", "u5", "u-none"]) {
    const fill = colours[`--${load.replace("u", "l")}`];
    map.addImage(`circle-${load}`, shape(0, fill, line), { pixelRatio: 2 });
    map.addImage(`diamond-${load}`, shape(4, fill, line), { pixelRatio: 2 });
  }
  map.addImage("ok", shape(0, colours["--ok-mark"], line), { pixelRatio: 2 });
  map.addImage("bad", shape(3, colours["--bad-mark"], line), { pixelRatio: 2 });
  map.addImage("none", shape(4, colours["--none-mark"], { ...line, square: true }), { pixelRatio: 2 });
  map.addImage("hatch", picture((pen, size) => {
    Object.assign(pen, { strokeStyle: colours["--bound"], globalAlpha: 0.5, lineWidth: 1.5 });
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift - 2, size + 2);
      pen.lineTo(shift + size + 2, -2);
      pen.stroke();
    }
  }, 16), { pixelRatio: 2 });
}
