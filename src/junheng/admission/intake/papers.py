"""Checks of documents: what each child's class and reserve must prove was handed in and accepted."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.admission.intake.kit import Check, Intake, check
from junheng.district.checks.kit import Finding
from junheng.district.columns import label_of
from junheng.text import Text

_ACCEPTED = Text("视为已核验", "it counts as accepted")


@check(
    "document-missing",
    "error",
    looks_for=Text("缺少证明材料", "A document that is missing"),
    waived=_ACCEPTED,
)
def document_missing(intake: Intake) -> Iterator[Finding]:
    """Yield children and documents that their class or reserve needs and nobody has handed in."""
    given = intake.frame("documents").drop_nulls(["applicant", "document"])
    for child, document in (
        needed(intake)
        .join(given, on=["applicant", "document"], how="anti")
        .sort("applicant", "document")
        .iter_rows()
    ):
        yield _of_paper(
            intake,
            child,
            document,
            found=Text("没有“{document}”", "no “{document}”"),
            remedy=Text(
                "收齐后登记，或由经办人注明理由豁免",
                "Hand it in and list it, or let an officer waive it with a reason",
            ),
        )


@check(
    "document-refused",
    "error",
    looks_for=Text("证明材料未通过核验", "A document that was not accepted"),
    waived=_ACCEPTED,
)
def document_refused(intake: Intake) -> Iterator[Finding]:
    """Yield needed documents that were handed in but not accepted."""
    refused = intake.frame("documents").filter(pl.col("checked") == "no")
    for child, document in (
        needed(intake)
        .join(refused, on=["applicant", "document"], how="semi")
        .sort("applicant", "document")
        .iter_rows()
    ):
        yield _of_paper(
            intake,
            child,
            document,
            found=Text("“{document}”未通过核验", "“{document}”, which was not accepted"),
            remedy=Text("重新提交，或取消相应申报", "Hand it in again, or take the claim back"),
        )


def needed(intake: Intake) -> pl.DataFrame:
    """Return which documents each child needs: those of every child, of its classes and of its reserves."""
    rules = intake.rules
    children = intake.applicants.select("applicant")
    parts = [children.with_columns(document=pl.lit(one)) for one in rules.documents]
    for sector, classes in rules.classes.items():
        parts += [
            _of(
                intake.pairs.filter((pl.col("sector") == sector) & (pl.col("class") == number)), one.documents
            )
            for number, one in enumerate(classes)
        ]
    parts += [
        _of(intake.pairs.filter(pl.col("reserve") == number), one.documents)
        for number, one in enumerate(rules.reserves, start=1)
    ]
    empty = pl.DataFrame(schema={"applicant": pl.String, "document": pl.String})
    return pl.concat([empty, *parts]).unique()


CHECKS: tuple[Check, ...] = (document_missing, document_refused)


def _of(pairs: pl.DataFrame, documents: tuple[str, ...]) -> pl.DataFrame:
    children = pairs.select("applicant").unique()
    return children.join(pl.DataFrame({"document": documents}, schema={"document": pl.String}), how="cross")


def _of_paper(intake: Intake, child: str, document: str, *, found: Text, remedy: Text) -> Finding:
    label = label_of("document", document)
    return Finding(
        table="applicants",
        at=intake.at.get(child),
        key=f"{child}/{document}",
        found=found.format(document=label),
        expected=Text("核验通过的“{document}”", "an accepted “{document}”").format(document=label),
        remedy=remedy,
    )
