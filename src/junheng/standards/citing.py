"""Documents and citations: each document is described once, each value names it and the clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from junheng.standards.fields import Fields
from junheng.standards.model import CONFIDENCES, Citation, Confidence
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A law, notice, standard or form that values are taken from."""

    key: str
    title: Text
    number: str | None
    published: date | None
    published_confidence: Confidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every document and every source (the copy in which a wording was read) that may be cited."""

    documents: Mapping[str, Document]
    sources: Mapping[str, str]

    def joined(self, other: Library) -> Library:
        """Return both libraries; on the same key the other one wins."""
        return Library(
            documents={**self.documents, **other.documents}, sources={**self.sources, **other.sources}
        )


EMPTY = Library(documents={}, sources={})


def parse_library(fields: Fields) -> Library:
    """Read the ``documents`` and ``sources`` of one file."""
    sources: dict[str, str] = {}
    documents: dict[str, Document] = {}
    if fields.has("sources"):
        listed = fields.child("sources")
        for tag in listed.node:
            where = listed.text(tag)
            if where is not None:
                sources[tag] = where
    if fields.has("documents"):
        listed = fields.child("documents")
        for key in listed.node:
            document = _document(key, listed.child(key))
            if document is not None:
                documents[key] = document
    return Library(documents=documents, sources=sources)


def _document(key: str, fields: Fields) -> Document | None:
    title, number = fields.bilingual("title"), fields.text("number", required=False)
    published = fields.day("published", required=False)
    confidence = fields.choice("published_confidence", CONFIDENCES, required=published is not None)
    fields.finish()
    if title is None:
        return None
    return Document(
        key=key,
        title=title,
        number=number,
        published=published,
        published_confidence=cast("Confidence | None", confidence),
    )


def parse_citation(fields: Fields, library: Library) -> Citation | None:
    """Read one ``citation`` and complete it from the library; an unknown document or source is a problem."""
    key = fields.choice("document", library.documents, code="standard-unknown-document")
    clause = fields.text("clause")
    source = fields.text("source")
    tags = source.split() if source else []
    for tag in tags:
        if tag not in library.sources:
            fields.note(
                "standard-unknown-source",
                "source",
                found=Text(f"未登记的来源“{tag}”", f"the unknown source “{tag}”"),
                zh="sources 中的标记",
                en="a tag listed under sources",
            )
    fields.finish()
    if key is None or clause is None or source is None:
        return None
    document = library.documents[key]
    return Citation(
        document=key,
        title=document.title,
        number=document.number,
        published=document.published,
        published_confidence=document.published_confidence,
        clause=clause,
        source=source,
        where="; ".join(library.sources.get(tag, tag) for tag in tags),
    )
