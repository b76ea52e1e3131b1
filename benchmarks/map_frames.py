"""Frames of the map with 30,000 homes: ours, the same homes as SVG in the page, and an empty page, in one browser.

The page is moved without a pause while every frame is timed: of ours the whole district, where zones are drawn and no
home, and near enough that homes have borders. The empty page is the bound: no map can be faster than a browser that
draws nothing. Beside the clock stand the processor's milliseconds a frame of the page's own thread, which do not depend
on who draws, and of the process that draws: without a graphics card it draws in software, which is the worst case and
said so. Needs chromium (make setup-browser) and the fetched scripts (make assets).
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

from benchmarks.map_instances import grid_district

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
OURS = """() => {
  const canvas = document.querySelector("#canvas canvas");
  const box = canvas.getBoundingClientRect();
  const send = (target, type, n) => target.dispatchEvent(new MouseEvent(type, {
    bubbles: true, button: 0, buttons: 1,
    clientX: box.x + box.width / 2 + 150 * Math.sin(n / 15),
    clientY: box.y + box.height / 2 + 100 * Math.cos(n / 15),
  }));
  send(canvas, "mousedown", 0);
  window.moveMap = (n) => send(document, "mousemove", n);
}"""
LET_GO = """() => document.dispatchEvent(new MouseEvent("mouseup", {bubbles: true, button: 0}))"""
AT_REST = """() => document.querySelector("#canvas .layer-map").ariaBusy === "false" """
NEARER = 3
"""Zoom levels from the whole district to where homes have borders."""
PEER = """() => {
  const svg = document.querySelector("svg");
  const corner = (n) => `${50 * Math.sin(n / 15)} ${50 * Math.cos(n / 15)}`;
  window.moveMap = (n) => svg.setAttribute("viewBox", `${corner(n)} 2000 1500`);
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
        found = {"empty page (bound)": watch.frames(moves=False)}
        page.set_content(_svg(options.columns, options.rows, options.schools))
        page.evaluate(PEER)
        found["peer: whole (SVG in the page)"] = watch.frames()
        with _server(Path(folder), options) as address:
            seconds = _open_map(page, address)
            renderer = _renderer(page)
            page.evaluate(OURS)
            found["ours: whole"] = watch.frames()
            page.evaluate(LET_GO)
            for _ in range(NEARER):
                page.locator(".maplibregl-ctrl-zoom-in").click()
                page.wait_for_function(AT_REST)
            page.evaluate(OURS)
            found["ours: near, homes bordered"] = watch.frames()
        browser.close()
    print(f"{options.columns * options.rows} homes, {options.schools} schools; drawn by {renderer}")
    print(
        f"first drawing after {seconds[0]:.1f} s (the server measures and joins zones), again after {seconds[1]:.1f} s"
    )
    _table(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frames:
    """How long each frame took by the clock, and what a frame cost the processor, all in milliseconds."""

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
    best = statistics.median(found["empty page (bound)"].times)
    print(
        f"{'':30} {'frames/s':>9} {'median ms':>10} {'p95 ms':>8} {'times the bound':>16} "
        f"{'page cpu ms':>12} {'drawing cpu ms':>15}"
    )
    for name, one in found.items():
        middle, late = statistics.median(one.times), statistics.quantiles(one.times, n=20)[-1]
        print(
            f"{name:30} {1000 / statistics.mean(one.times):9.1f} {middle:10.1f} {late:8.1f} {middle / best:16.1f} "
            f"{one.page:12.1f} {one.drawing:15.1f}"
        )


def _open_map(page: Any, address: str) -> list[float]:
    page.set_default_timeout(240_000)
    page.goto(address)
    page.locator("[name=username]").fill("boss")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        page.goto(f"{address}/map/")
        page.wait_for_selector("#atlas[data-state=drawn]")
        taken.append(time.perf_counter() - start)
    page.wait_for_function(AT_REST)
    return taken


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


def _svg(n_columns: int, n_rows: int, n_schools: int) -> str:
    """Return the same homes as one path each, as the report's map and any map without a graphics card draw them."""
    district = grid_district(n_columns, n_rows, n_schools=n_schools, seed=1)
    number = {school: j for j, school in enumerate(district.table("schools")["school"].to_list())}
    zones = dict(district.table("catchments").select("home", "school").iter_rows())
    hues = ("#8fb7df", "#f2b48a", "#ebe08f", "#8ccab0", "#d6b3d6", "#c9c9c3")
    homes = district.table("homes")
    west, south = homes["lon"].min(), homes["lat"].min()
    paths = []
    for home, wkt in homes.select("home", "polygon").iter_rows():
        points = [pair.split() for pair in wkt.removeprefix("POLYGON ((").removesuffix("))").split(", ")]
        spots = " ".join(f"{5000 * (float(x) - west):.1f},{5000 * (float(y) - south):.1f}" for x, y in points)
        paths.append(f'<path fill="{hues[number[zones[home]] % 6]}" stroke="#fff" d="M{spots}Z"/>')
    return f'<svg viewBox="0 0 2000 1500" width="1184" height="630">{"".join(paths)}</svg>'


if __name__ == "__main__":
    main()
