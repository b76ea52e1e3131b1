"""The example of RFC 3797, section 6, digit for digit."""

from __future__ import annotations

import pytest

from junheng.admission.lottery.rfc3797 import digest, key_string, selection
from junheng.errors import UsageError

KEY = "9319./2.5.8.10.12./9.18.26.34.41.45./"
DIGESTS = [
    "990DD0A5692A029A98B5E01AA28F3459",
    "3691E55CB63FCC37914430B2F70B5EC6",
    "FE814EDF564C190AC1D25753979990FA",
    "1863CCACEB568C31D7DDBDF1D4E91387",
    "F4AB33DF4889F0AF29C513905BE1D758",
    "13EAEB529F61ACFB9A29D0BA3A60DE4A",
    "992DB77C382CA2BDB9727001F3CDCCD9",
    "63AB4258ECA922976811C7F55C383CE7",
    "DFBC5AC97CED01B3A6E348E3CC63F40D",
    "31CB111C4A4EBE9287CEAE16FE51B909",
    "07FA46C122F164C215BBC72793B189A3",
    "AC52F8D75CCBE2E61AFEB3387637D501",
    "53306F73E14FC0B2FBF434218D25948E",
    "B5D1403501A81F9A47318BE7893B347C",
    "85B10B356AA06663EF1B1B407765100A",
    "3269E6CE559ABD57E2BA6AAB495EB9BD",
]


def test_the_key_is_that_of_the_rfc() -> None:
    assert key_string([[9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45]]) == KEY


@pytest.mark.parametrize(("counter", "expected"), list(enumerate(DIGESTS)))
def test_the_digests_are_those_of_the_rfc(counter: int, expected: str) -> None:
    assert digest(KEY, counter).hex().upper() == expected


def test_the_ten_selected_are_those_of_the_rfc() -> None:
    assert selection(KEY, pool=25, selected=10) == [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]


def test_more_than_the_counter_can_count_is_refused() -> None:
    assert sorted(selection(KEY, pool=25, selected=25)) == list(range(1, 26))
    with pytest.raises(UsageError, match="hmac-sha256"):
        selection(KEY, pool=65537, selected=65537)
