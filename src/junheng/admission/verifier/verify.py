#!/usr/bin/env python3
"""核验一轮招生摇号：只用本文件与公布的文件。 Verify an admission draw from the published files alone.

    python3 verify.py FOLDER                          check everything
    python3 verify.py FOLDER --commitment HASH        and that the commitment is the one printed before the draw
    python3 verify.py FOLDER --number N --salt S      and show the result of the family that holds this receipt

One short file, Python 3.8 or later, nothing to install, nothing shared with the program that made the draw. It checks
  1 the list, the rules and this file are those of the commitment;
  2 the seed comes from that commitment and the public values;
  3 each draw number comes from the seed and the receipt;
  4 each place comes from list, rules and draw numbers, by the rule below, and each refill from the places before it.
Leaves with 0 if all of it holds, 1 if anything does not, 2 if it was called wrongly.

THE RULE. Every family asks at its first choice. A school looks at those who ask and those it holds, by class (0 first),
then draw number. Of its lines, each may have a floor (places it is guaranteed) and a ceiling (places it may take at
most). For child z of line m let b(l) be the children of line l before z, and n(l) all children of line l who ask or are
held; line l then fills  min(ceiling(l), b(l)) - min(floor(l), b(l))  of the open places. z is kept if b(m) < floor(m),
or if b(m) < ceiling(m) and the lines fill fewer open places in all than there are: seats - sum of min(floor(l), n(l)).
Children of one family count as many as they are and stay together. Whoever is not kept asks at the next choice.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # names for readers and type checkers; nothing of it runs
    from collections.abc import Iterator

    Wishes = list[tuple[str, int, int]]  # school, class, line; best first
    Asking = tuple[int, int, int, str]  # class, draw number, line, receipt


def main(arguments: list[str] | None = None) -> int:
    """Verify a folder; return 0 or 1."""
    parser = argparse.ArgumentParser(description="Verify an admission draw. 核验招生摇号。")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--commitment", help="the hash printed before the draw 摇号前公布的承诺值")
    parser.add_argument("--number", help="application number on the receipt 报名编号")
    parser.add_argument("--salt", help="salt on the receipt 回执上的盐值")
    given = parser.parse_args(arguments)
    if (given.number is None) != (given.salt is None):
        parser.error("--number and --salt go together 须同时给出")
    try:
        verified = Round(given.folder).check(given.commitment)
        if given.number is not None:
            verified.show(given.number, given.salt)
    except (MismatchError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        print(f"不符 WRONG: {type(error).__name__}: {error}")
        return 1
    return 0


class MismatchError(Exception):
    """Something published does not follow from what was committed to."""


def require(is_so: bool, what: str) -> None:
    """Stop at the first thing that does not hold."""
    if not is_so:
        raise MismatchError(what)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class Round:
    """The published files of one round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commitment = (folder / "commitment.json").read_bytes()
        self.committed: dict[str, Any] = json.loads(self.commitment)
        self.rules: dict[str, Any] = json.loads((folder / "rules.json").read_bytes())
        self.schools: dict[str, dict[str, Any]] = {school["code"]: school for school in self.rules["schools"]}
        self.draw: dict[tuple[str, str], int] = {}
        self.places: dict[str, int] = {}
        self.children: dict[str, int] = {}  # receipt -> number of children
        self.choices: dict[str, Wishes] = {}  # receipt -> [(school, class, line), ...], best first
        for row in self.table("applications.csv"):
            require(row["receipt"] not in self.children, "receipt twice 回执重复: " + row["receipt"])
            wishes = [wish.split(":") for wish in row["choices"].split()]
            self.children[row["receipt"]] = int(row["children"])
            self.choices[row["receipt"]] = [(school, int(c), int(line)) for school, c, line in wishes]

    def table(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def check(self, printed: str | None) -> Round:
        """Check everything, one step after the other."""
        digest = sha256(self.commitment)
        require(
            printed is None or printed.strip().lower() == digest, "another commitment 承诺值不同: " + digest
        )
        require(
            {"applications.csv", "rules.json"} <= set(self.committed["files"]),
            "no list, no rules 承诺缺少名单或规则",
        )
        for name, expected in self.committed["files"].items():
            require(sha256((self.folder / name).read_bytes()) == expected, "changed 文件已变: " + name)
        is_this_file = sha256(Path(__file__).read_bytes()) == self.committed["files"].get("verify.py")
        print("1 承诺与文件相符 files as committed: " + digest)
        if not is_this_file:
            print("  （本核验程序与公布的不是同一版本 this verifier is not the published one）")
        seed = self.check_seed(digest)
        print("2 种子相符 seed as derived: " + seed)
        self.draw = self.check_ranks(seed)
        print(f"3 摇号序号相符 draw numbers as derived: {len(self.draw)}")
        self.places = self.assign(self.choices)
        self.compare("results.csv")
        print(f"4 录取结果相符 places as assigned: {len(self.places)} / {len(self.choices)}")
        self.check_refills()
        return self

    def check_seed(self, digest: str) -> str:
        """Return the seed, derived anew from the public values."""
        published = json.loads((self.folder / "seed.json").read_bytes())
        names = [source["id"] for source in self.committed["seed_from"]]
        values = [(name, published["values"][name]) for name in names]
        require(sorted(published["values"]) == sorted(names), "other sources 种子来源不同")
        require(published["commitment"] == digest, "seed of another commitment 种子不属于本承诺")
        for source, (_, value) in zip(self.committed["seed_from"], values):  # noqa: B905 - Python 3.8
            print("  {}: {} = {}".format(source["kind"], source["what"], value))
        if self.rules["method"] == "rfc3797":
            numbers = [sorted(int(number) for number in re.findall("[0-9]+", value)) for _, value in values]
            seed = "".join("".join(f"{n}." for n in part) + "/" for part in numbers)
        else:
            lines = ["junheng seed 1", digest] + [f"{name}={value}" for name, value in values]
            seed = sha256("".join(line + "\n" for line in lines).encode())
        require(published["seed"] == seed, "another seed 种子不同: " + seed)
        return seed

    def check_ranks(self, seed: str) -> dict[tuple[str, str], int]:
        """Return the draw numbers by receipt, or by receipt and school, 1 the first, derived anew."""
        receipts = list(self.choices)
        if self.rules["method"] == "rfc3797":
            draw = {(r, ""): turn for turn, r in enumerate(rfc3797(seed, receipts), 1)}
        elif self.rules["draw"] == "single":
            draw = {(r, ""): turn for turn, r in enumerate(by_hash(seed, "", receipts), 1)}
        else:
            draw = {}
            for school in self.schools:
                named = [r for r in receipts if any(wish[0] == school for wish in self.choices[r])]
                draw.update(
                    {(r, school): turn for turn, r in enumerate(by_hash(seed, school + "/", named), 1)}
                )
        rows = self.table("ranks.csv")
        found = {(row["receipt"], row["school"]): int(row["draw"]) for row in rows}
        require(len(rows) == len(found) and found == draw, "other draw numbers 摇号序号不同")
        return draw

    def number(self, receipt: str, school: str) -> int:
        """Return the draw number of a receipt at a school."""
        return self.draw[receipt, "" if self.rules["draw"] == "single" else school]

    def assign(self, choices: dict[str, Wishes]) -> dict[str, int]:
        """Return which choice each receipt got, 0 the first, by THE RULE; without a place it is not there."""
        held: dict[str, list[Asking]] = {school: [] for school in self.schools}
        at = dict.fromkeys(choices, 0)
        asking = list(choices)
        while asking:
            before: dict[str, list[Asking]] = {}
            for receipt in asking:
                if at[receipt] < len(choices[receipt]):
                    school, priority, line = choices[receipt][at[receipt]]
                    asks = (priority, self.number(receipt, school), line, receipt)
                    before.setdefault(school, []).append(asks)
            asking = []
            for school, new in before.items():
                held[school], away = self.choose(school, sorted(held[school] + new))
                for receipt in away:
                    at[receipt] += 1
                    asking.append(receipt)
        return {receipt: place for receipt, place in at.items() if place < len(choices[receipt])}

    def choose(self, school: str, queue: list[Asking]) -> tuple[list[Asking], list[str]]:
        """Return whom a school keeps of a sorted queue, and whom it turns away."""
        floor, ceiling = self.schools[school]["floors"], self.schools[school]["ceilings"]
        ceiling = [10**9 if most is None else most for most in ceiling]
        everybody = [0] * len(floor)
        for _, _, line, receipt in queue:
            everybody[line] += self.children[receipt]
        n_open = self.schools[school]["seats"] - sum(map(min, floor, everybody))
        kept, away = [], []
        before, filled = [0] * len(floor), 0
        for entry in queue:
            line, receipt = entry[2], entry[3]
            b, after = before[line], before[line] + self.children[receipt]
            if b < floor[line] or (b < ceiling[line] and filled < n_open):
                kept.append(entry)
            else:
                away.append(receipt)
            before[line] = after
            filled += min(ceiling[line], after) - min(floor[line], after)
            filled -= min(ceiling[line], b) - min(floor[line], b)
        return kept, away

    def compare(self, name: str) -> None:
        """Check a results file against the places computed."""
        rows = self.table(name)
        found = {row["receipt"]: (row["school"], row["choice"]) for row in rows}
        require(len(rows) == len(found) == len(self.choices), "other receipts 回执不同: " + name)
        for receipt, wishes in self.choices.items():
            place = self.places.get(receipt)
            right = ("", "") if place is None else (wishes[place][0], str(place + 1))
            require(found.get(receipt) == right, f"{name}: {found.get(receipt)} != {right}: {receipt}")

    def check_refills(self) -> None:
        """Check refill-1.csv and results-1.csv, refill-2.csv and so on, as far as they go."""
        out: set[str] = set()
        turn = 1
        while (self.folder / f"refill-{turn}.csv").exists():
            states = {row["receipt"]: row["state"] for row in self.table(f"refill-{turn}.csv")}
            out |= {receipt for receipt, state in states.items() if state == "withdrawn"}
            lists: dict[str, Wishes] = {}
            for receipt, wishes in self.choices.items():
                place = self.places.get(receipt)
                if receipt in out or (place is None and states.get(receipt) == "settled"):
                    lists[receipt] = []
                elif place is None:
                    lists[receipt] = wishes
                else:
                    first = place if states.get(receipt) == "settled" else 0
                    lists[receipt] = wishes[first : place + 1]
            skipped = {r: self.places[r] if states.get(r) == "settled" else 0 for r in self.places}
            self.places = {r: place + skipped.get(r, 0) for r, place in self.assign(lists).items()}
            self.compare(f"results-{turn}.csv")
            print(f"5.{turn} 补录结果相符 refill as assigned")
            turn += 1

    def show(self, number: str, salt: str) -> None:
        """Show the result of one receipt."""
        receipt = sha256(f"junheng receipt 1\n{number}\n{salt}\n".encode())
        require(receipt in self.choices, "no such receipt 名单中没有此回执: " + receipt)
        print("回执 receipt " + receipt)
        for turn, (school, priority, line) in enumerate(self.choices[receipt]):
            got = "  <- 录取 place" if self.places.get(receipt) == turn else ""
            drawn = self.number(receipt, school)
            print(f"  {turn + 1} {school}: 类 class {priority}, 线 line {line}, 序号 draw {drawn}{got}")


def by_hash(seed: str, prefix: str, receipts: list[str]) -> list[str]:
    """Return receipts in the order of HMAC-SHA256(seed, prefix + receipt)."""
    key = bytes.fromhex(seed)
    return sorted(receipts, key=lambda r: (hmac.new(key, (prefix + r).encode(), "sha256").digest(), r))


def rfc3797(key: str, receipts: list[str]) -> Iterator[str]:
    """Return receipts in the order in which RFC 3797 selects them."""
    remaining = list(receipts)
    for counter in range(len(receipts)):
        mark = counter.to_bytes(2, "big")
        number = int.from_bytes(hashlib.md5(mark + key.encode() + mark).digest(), "big")  # noqa: S324 - the RFC's
        yield remaining.pop(number % len(remaining))


if __name__ == "__main__":
    sys.exit(main())
