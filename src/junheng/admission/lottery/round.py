"""A round's draw from commitment to result: pure functions from files to files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from typing import Any

from junheng import __version__
from junheng.admission.assignment import assign
from junheng.admission.audit import Names, audit, require_sound
from junheng.admission.lottery.ballot import (
    LOTTERY_FORMAT,
    BallotRules,
    Entry,
    ballot_market,
)
from junheng.admission.lottery.parse import APPLICATIONS_FILE, RULES_FILE, read_entries, read_rules
from junheng.admission.lottery.published import (
    COMMITMENT_FILE,
    RANKS_FILE,
    RESULTS_FILE,
    SEED_FILE,
    VERIFIER_FILE,
    as_csv,
    as_json,
    check_hashes,
    entries_csv,
    read_json,
    sha256,
)
from junheng.admission.lottery.ranks import keyed_ranks, rfc3797_ranks
from junheng.admission.lottery.receipts import receipt_of, salt_of
from junheng.admission.lottery.seed import Source, rfc3797_key, seed_of, settled_values
from junheng.admission.market import Market, Outcome
from junheng.errors import UsageError
from junheng.progress import Progress, silent
from junheng.text import Text

RECEIPTS_FILE = "receipts.csv"

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a commitment makes.

    Attributes
    ----------
    published
        Files for everybody: rules, list of receipts, verifier, commitment.
    private
        Files for the bureau alone: number, salt and receipt of each application. Each family gets its own line.
    hash
        The commitment: SHA-256 of its file. To be printed and read out before the draw.
    """

    published: Files
    private: Files
    hash: str


def commit(
    rules: BallotRules,
    entries: Sequence[Entry],
    *,
    secret: bytes,
    sources: Sequence[Source],
    binds: Mapping[str, str] | None = None,
) -> Committed:
    """Freeze a list before its draw.

    Parameters
    ----------
    rules
        What decides besides the list.
    entries
        The applications by the bureau's own numbers.
    secret
        From which the salts come; at least 32 bytes that nobody else knows.
    sources
        Where the seed will come from: values that nobody can know yet.
    binds
        Other hashes to commit to, by name, such as that of the bureau's frozen round.

    Raises
    ------
    UsageError
        Without a source, with one named twice, or with a short secret.
    """
    if not sources or len({source.id for source in sources}) != len(sources) or len(secret) < 32:
        raise UsageError(
            Text(
                "须有至少一个种子来源、名称不重复，密钥不少于 32 字节",
                "give at least one source of the seed, each under its own name, and a secret of 32 bytes or more",
            )
        )
    salts = {entry.name: salt_of(secret, entry.name) for entry in entries}
    receipts = {name: receipt_of(name, salt) for name, salt in salts.items()}
    hidden = sorted((Entry(receipts[e.name], e.children, e.choices) for e in entries), key=lambda e: e.name)
    published = {
        RULES_FILE: as_json(rules.as_dict()),
        APPLICATIONS_FILE: entries_csv(hidden, name="receipt"),
        VERIFIER_FILE: verifier_source(),
    }
    published[COMMITMENT_FILE] = as_json(
        {
            "format": LOTTERY_FORMAT,
            "round": rules.round,
            "program": {"name": "junheng", "version": __version__},
            "applications": len(hidden),
            "children": sum(entry.children for entry in hidden),
            "seed_from": [source.as_dict() for source in sources],
            "files": {name: sha256(content) for name, content in sorted(published.items())},
            "binds": dict(binds or {}),
        }
    )
    rows = sorted((name, salts[name], receipts[name]) for name in salts)
    return Committed(
        published=published,
        private={RECEIPTS_FILE: as_csv(("number", "salt", "receipt"), rows)},
        hash=sha256(published[COMMITMENT_FILE]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A draw and what came of it.

    Attributes
    ----------
    files
        The files to publish: seed, draw numbers, results.
    entries
        The applications by receipt, in the order of the market.
    market, outcome
        The round as arrays, and who got which place.
    """

    files: Files
    entries: tuple[Entry, ...]
    market: Market
    outcome: Outcome


def draw(published: Mapping[str, bytes], values: Mapping[str, str], *, progress: Progress = silent) -> Drawn:
    """Draw: check what was committed to, make the seed, rank, assign and audit.

    The same files and values give the same bytes.

    Raises
    ------
    InputError
        If a committed file has changed, or the outcome breaks a promise.
    UsageError
        If the values do not fit the sources of the commitment.
    """
    check_hashes(published)
    commitment = read_json(published, COMMITMENT_FILE)
    rules = read_rules(published[RULES_FILE])
    entries = read_entries(published[APPLICATIONS_FILE], rules, name="receipt")
    sources = [Source(id=s["id"], kind=s["kind"], what=s["what"]) for s in commitment["seed_from"]]
    settled = settled_values(sources, values)
    seed = _seed(rules, sha256(published[COMMITMENT_FILE]), settled)
    draws = _draws(rules, entries, seed)
    market = ballot_market(rules, entries, draws)
    outcome = assign(market, progress=progress)
    require_sound(audit(market, outcome, names=names_of(rules, entries)))
    files = {
        SEED_FILE: as_json(
            {
                "format": LOTTERY_FORMAT,
                "commitment": sha256(published[COMMITMENT_FILE]),
                "values": settled,
                "seed": seed,
            }
        ),
        RANKS_FILE: _ranks_csv(rules, entries, draws),
        RESULTS_FILE: results_csv(market, outcome, rules=rules, entries=entries),
    }
    return Drawn(files=files, entries=entries, market=market, outcome=outcome)


def names_of(rules: BallotRules, entries: Sequence[Entry]) -> Names:
    """Return what the audit calls applications, schools and lines."""
    return Names(
        applications=[entry.name for entry in entries],
        schools=[school.code for school in rules.schools],
        lines=rules.lines,
    )


def results_csv(market: Market, outcome: Outcome, *, rules: BallotRules, entries: Sequence[Entry]) -> bytes:
    """Return the results: receipt, school, and which choice it was (1 the first); both empty without a place."""
    rows = (
        (entry.name, "", "") if school < 0 else (entry.name, rules.schools[school].code, position + 1)
        for entry, school, position in zip(
            entries, outcome.school.tolist(), outcome.position(market).tolist(), strict=True
        )
    )
    return as_csv(("receipt", "school", "choice"), rows)


def verifier_source() -> bytes:
    """Return the verifier's source: one file of plain Python that is published with every round."""
    return (package_files("junheng.admission.verifier") / VERIFIER_FILE).read_bytes()


def _seed(rules: BallotRules, commitment: str, values: Mapping[str, str]) -> str:
    return rfc3797_key(values) if rules.method == "rfc3797" else seed_of(commitment, values)


def _draws(rules: BallotRules, entries: Sequence[Entry], seed: str) -> list[Any]:
    receipts = [entry.name for entry in entries]
    if rules.method == "rfc3797":
        return rfc3797_ranks(seed, receipts)
    if rules.draw == "single":
        return keyed_ranks(seed, receipts)
    naming: dict[str, list[str]] = {school.code: [] for school in rules.schools}
    for entry in entries:
        for choice in entry.choices:
            naming[choice.school].append(entry.name)
    ranks = {
        (school, receipt): rank
        for school, named in naming.items()
        for receipt, rank in zip(named, keyed_ranks(seed, named, school=school), strict=True)
    }
    return [[ranks[choice.school, entry.name] for choice in entry.choices] for entry in entries]


def _ranks_csv(rules: BallotRules, entries: Sequence[Entry], draws: Sequence[Any]) -> bytes:
    """Return the draw numbers, 1 the first: by receipt, or by receipt and school."""
    if rules.draw == "single":
        return as_csv(
            ("receipt", "school", "draw"),
            ((entry.name, "", number + 1) for entry, number in zip(entries, draws, strict=True)),
        )
    rows = (
        (entry.name, choice.school, number + 1)
        for entry, numbers in zip(entries, draws, strict=True)
        for choice, number in zip(entry.choices, numbers, strict=True)
    )
    return as_csv(("receipt", "school", "draw"), rows)
