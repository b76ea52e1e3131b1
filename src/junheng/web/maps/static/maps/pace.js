// Where the processor draws, a map that moves is drawn with fewer pixels, and sharp again once it stands still.

const N_FRAMES = 6;
const SLOW_MS = 50;
const COARSE = 0.5;

/** Watch how fast frames come while people move a map; from the first slow moment on, draw what moves coarsely. */
export function keepPace(map) {
  let isSlow = false;
  let isCoarse = false;
  let next = null;
  const watch = (times) => {
    next = requestAnimationFrame((now) => {
      const recent = [...times, now].slice(-N_FRAMES - 1);
      isSlow ||= recent.length > N_FRAMES && now - recent[0] > N_FRAMES * SLOW_MS;
      if (!isSlow) return watch(recent);
      isCoarse = map.isMoving(); // another size of a map at rest would be told as a movement of its own
      if (isCoarse) map.setPixelRatio(COARSE * devicePixelRatio);
    });
  };
  map.on("movestart", ({ originalEvent }) => {
    cancelAnimationFrame(next);
    if (originalEvent && !isCoarse) watch([]);
  });
  map.on("moveend", () => {
    cancelAnimationFrame(next);
    if (!isCoarse || map.isMoving()) return;
    isCoarse = false;
    map.setPixelRatio(devicePixelRatio);
  });
}
