"""Frames of the map with 30,000 homes: ours, the same homes in MapLibre as it comes, and a map that draws nothing.

Each is dragged in a circle without a pause while every frame is timed: of ours the whole district, where zones are
drawn and no home, and near enough that homes have borders; ours is zoomed out and in as well. The peer is one layer of
filled homes, with nothing of ours. The bound is MapLibre with a paper and no sky: what any map costs that moves in this
browser. Beside the clock stand the processor's milliseconds a frame of the page's own thread and of the process that
draws: without a graphics card it draws in software, which is the worst case and said so. It says too after how long
the map is drawn, what was sent for it, and what memory it takes. Needs chromium (make setup-browser) and the fetched
scripts (make assets).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "a-very-long-password"  # noqa: S105 - of a server that ends with the run
LOAD = """
from benchmarks.map_instances import grid_district
from junheng.web.accounts.models import Account
from junheng.web.accounts.services import first_run
from junheng.web.registry.store import take
first_run(username="boss", name="B", password="{password}")
by = Account.objects.get().person()
take(grid_district({columns}, {rows}, n_schools={schools}, seed=1), by=by, why="benchmark")
"""
FRAMES = """(move) => new Promise((resolve) => {
  const times = [];
  const end = performance.now() + 4000;
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    if (now > end) return resolve(times.slice(1));
    if (move) window.moveMap(times.length);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
DRAG = """() => {
  const canvas = document.querySelector("canvas.maplibregl-canvas");
  const box = canvas.getBoundingClientRect();
  const send = (target, type, n) => target.dispatchEvent(new MouseEvent(type, {
    bubbles: true, button: 0, buttons: 1,
    clientX: box.x + box.width / 2 + 150 * Math.sin(n / 15),
    clientY: box.y + box.height / 2 + 100 * Math.cos(n / 15),
  }));
  send(canvas, "mousedown", 0);
  window.moveMap = (n) => send(document, "mousemove", n);
}"""
WHEEL = """() => {
  const canvas = document.querySelector("canvas.maplibregl-canvas");
  const box = canvas.getBoundingClientRect();
  window.moveMap = (n) => canvas.dispatchEvent(new WheelEvent("wheel", {
    bubbles: true, cancelable: true, deltaY: 30 * Math.sign(Math.cos(n / 15)),
    clientX: box.x + box.width / 2, clientY: box.y + box.height / 2,
  }));
}"""
LET_GO = """() => document.dispatchEvent(new MouseEvent("mouseup", {bubbles: true, button: 0}))"""
AT_REST = """() => document.querySelector("#canvas .layer-map").ariaBusy === "false" """
SENT = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => /facts[.]json|homes[.]geojson|maplibre-gl[.-].*mjs/.test(name))
  .map((one) => [one.name.split("/").at(-1).replace(/[.][0-9a-f]{12}/, ""), one.transferSize, one.decodedBodySize])"""
PEER = "peer (MapLibre, homes filled)"
BOUND = "bound (MapLibre, empty)"
NEARER = 3
"""Zoom levels from the whole district to where homes have borders."""
BARE = """async ({ isEmpty, nearer }) => {
  const { dataset } = document.getElementById("atlas");
  const gl = await import(dataset.library);
  const fetched = (address) => fetch(address).then((response) => response.json());
  const [facts, homes] = await Promise.all([dataset.facts, dataset.homes].map(fetched));
  const schools = new Map(facts.homes.id.map((id, at) => [id, facts.sides[0].school[at]]));
  for (const home of homes.features) home.properties.hue = schools.get(home.id) % 6;
  const hues = ["#8fb7df", "#f2b48a", "#ebe08f", "#8ccab0", "#d6b3d6", "#c9c9c3"].flatMap((hue, n) => [n, hue]);
  const colour = ["match", ["get", "hue"], ...hues, "#fff"];
  const fill = { id: "homes", type: "fill", source: "homes", paint: { "fill-color": colour } };
  const box = document.getElementById("canvas");
  box.replaceChildren();
  const bounds = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const at of facts.homes.at) {
    bounds[0] = bounds[0].map((value, axis) => Math.min(value, at[axis]));
    bounds[1] = bounds[1].map((value, axis) => Math.max(value, at[axis]));
  }
  const map = new gl.Map({
    container: box, bounds, fitBoundsOptions: { padding: 24 }, attributionControl: false,
    style: {
      version: 8,
      sources: { homes: { type: "geojson", data: homes } },
      layers: isEmpty ? [] : [fill],
    },
  });
  await new Promise((resolve) => map.once("idle", resolve));
  if (nearer) {
    map.jumpTo({ zoom: map.getZoom() + nearer });
    await new Promise((resolve) => map.once("idle", resolve));
  }
  if (isEmpty) map.style.sky.getEvaluated = () => undefined;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--columns", type=int, default=200)
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--schools", type=int, default=200)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto("about:blank")
        watch = _Watch(browser, page)
        found = {"empty page": watch.frames(moves=False)}
        with _server(Path(folder), options) as address:
            _sign_in(page, address)
            first = _open_map(page, address)
            cost = _cost(page, watch)
            renderer = _renderer(page)
            found |= _ours(page, watch)
            again = _open_map(page, address)
            found |= _bare(page, watch)
        browser.close()
    print(f"{options.columns * options.rows} homes, {options.schools} schools; drawn by {renderer}")
    print(
        f"first drawing after {first:.1f} s (the server measures and joins zones), again after {again:.1f} s"
    )
    print(cost)
    _table(found)


def _ours(page: Any, watch: _Watch) -> dict[str, _Frames]:
    found = {"ours: whole": _dragged(page, watch)}
    page.wait_for_function(AT_REST)
    page.evaluate(WHEEL)
    found["ours: whole, zooming"] = watch.frames()
    page.locator("[data-whole]").click()
    page.wait_for_function(AT_REST)
    for _ in range(NEARER):
        page.locator(".maplibregl-ctrl-zoom-in").click()
        page.wait_for_function(AT_REST)
    found["ours: near, homes bordered"] = _dragged(page, watch)
    return found


def _bare(page: Any, watch: _Watch) -> dict[str, _Frames]:
    """Measure MapLibre without us, on a page of ours whose map it replaces."""
    found = {}
    for name, is_empty, nearer in (
        (f"{PEER}: whole", False, 0),
        (f"{PEER}: near", False, NEARER),
        (BOUND, True, 0),
    ):
        page.evaluate(BARE, {"isEmpty": is_empty, "nearer": nearer})
        found[name] = _dragged(page, watch)
    return found


def _dragged(page: Any, watch: _Watch) -> _Frames:
    page.evaluate(DRAG)
    found = watch.frames()
    page.evaluate(LET_GO)
    page.mouse.move(2, 2)  # a real move without a button ends a drag for certain
    page.mouse.move(4, 4)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frames:
    """What each frame took by the clock and a frame the processor, in milliseconds."""

    times: list[float]
    page: float
    drawing: float


class _Watch:
    """Counts frames of a page, and the processor's time of its thread and of the process that draws."""

    def __init__(self, browser: Any, page: Any) -> None:
        self.page = page
        self.own = page.context.new_cdp_session(page)
        self.own.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.all = browser.new_browser_cdp_session()

    def frames(self, *, moves: bool = True) -> _Frames:
        page, drawing = self._spent()
        times = self.page.evaluate(FRAMES, moves)
        page_after, drawing_after = self._spent()
        n = len(times)
        return _Frames(times=times, page=(page_after - page) / n, drawing=(drawing_after - drawing) / n)

    def _spent(self) -> tuple[float, float]:
        metrics = {one["name"]: one["value"] for one in self.own.send("Performance.getMetrics")["metrics"]}
        processes = self.all.send("SystemInfo.getProcessInfo")["processInfo"]
        drawing = sum(one["cpuTime"] for one in processes if one["type"] == "GPU")
        return 1000 * metrics["TaskDuration"], 1000 * drawing


def _table(found: dict[str, _Frames]) -> None:
    print(
        f"{'':36} {'frames/s':>9} {'median ms':>10} {'p95 ms':>8} {'page cpu ms':>12} {'drawing cpu ms':>15} "
        f"{'times the bound':>16}"
    )
    least = found[BOUND].page + found[BOUND].drawing
    for name, one in found.items():
        middle, late = statistics.median(one.times), statistics.quantiles(one.times, n=20)[-1]
        ratio = (one.page + one.drawing) / least
        print(
            f"{name:36} {1000 / statistics.mean(one.times):9.1f} {middle:10.1f} {late:8.1f} "
            f"{one.page:12.1f} {one.drawing:15.1f} {ratio:16.1f}"
        )


def _sign_in(page: Any, address: str) -> None:
    page.set_default_timeout(240_000)
    page.goto(address)
    page.locator("[name=username]").fill("boss")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def _open_map(page: Any, address: str) -> float:
    """Open the map and return after how many seconds it is drawn."""
    start = time.perf_counter()
    page.goto(f"{address}/map/")
    page.wait_for_selector("#atlas[data-state=drawn]")
    taken = time.perf_counter() - start
    page.wait_for_function(AT_REST)
    return taken


def _cost(page: Any, watch: _Watch) -> str:
    """Say how many bytes came for the map as they were sent, packed, and what the page keeps of its scripts' memory."""
    sizes = page.evaluate(SENT)
    watch.own.send("HeapProfiler.collectGarbage")
    heap = watch.own.send("Runtime.getHeapUsage")["usedSize"]
    sent = ", ".join(
        f"{name} {packed / 1e6:.2f} MB ({whole / 1e6:.2f} unpacked)" for name, packed, whole in sizes
    )
    return f"sent: {sent}; scripts hold {heap / 1e6:.0f} MB"


def _renderer(page: Any) -> str:
    found = page.evaluate(
        """() => { const gl = document.createElement("canvas").getContext("webgl2");
             return gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info").UNMASKED_RENDERER_WEBGL); }"""
    )
    return "software" if re.search("swiftshader|llvmpipe", found, re.IGNORECASE) else str(found)


@contextmanager
def _server(home: Path, options: argparse.Namespace) -> Iterator[str]:
    call = [sys.executable, "-m", "junheng.web", "--home", str(home)]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JUNHENG_", "DJANGO_"))
    }
    code = LOAD.format(password=PASSWORD, columns=options.columns, rows=options.rows, schools=options.schools)
    for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", code]):
        subprocess.run([*call, "manage", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = subprocess.Popen(
        [*call, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(240):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    sys.exit("the server does not answer")


if __name__ == "__main__":
    main()
