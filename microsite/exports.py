"""The data files that stand beside the pages of a story."""

from __future__ import annotations

from collections.abc import Iterator

from .citing import citation_files
from .evidence_data import DocumentRows, Telling, evidence_json
from .evidence_table import evidence_csv
from .price_data import price_data


def data_files(told: Telling, documents: DocumentRows) -> Iterator[tuple[str, bytes]]:
    """Every data file of one edition, by its path in the site."""
    story, view, site = told.story, told.view, told.site
    files = [("evidence.json", evidence_json(told, documents)), ("evidence.csv", evidence_csv(told))]
    files += citation_files(story, view, site, told.words, told.folder)
    if view.prices:
        files += price_data(story, told.prices, view.prices, site, view.licence)
    for name, data in files:
        yield told.folder + name, data
