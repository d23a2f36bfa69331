"""Names, batches and refusals: the parts of the harvesters that need no portal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("ckanext.harvest")

from ckanext.ess.harvesters.names import MAX_NAME, as_name, free_name
from ckanext.ess.harvesters.refusals import leave_out, sentence
from ckanext.ess.harvesters.work import BATCH, Work, batches, dumped, loaded


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Alpha", "alpha"),
        ("../../etc/passwd", "etc-passwd"),
        ("a", "a-iati"),
        ("", "iati"),
        ("東京", "iati"),
        ("Médecins", "medecins"),
        ("x" * 300, "x" * 100),
    ],
)
def test_names(text: str, name: str):
    assert as_name(text) == name


@given(st.text(), st.text())
def test_names_are_what_ckan_takes(name: str, publisher: str):
    made = free_name(name, publisher, set())
    assert re.fullmatch(r"[a-z0-9_-]{2,100}", made)


@given(st.sampled_from(["projets", "x" * 120, "é"]), st.integers(1, 40))
def test_a_name_is_never_given_twice(name: str, times: int):
    taken: set[str] = set()
    for _ in range(times):
        made = free_name(name, "editeur", taken)
        assert made not in taken
        assert len(made) <= MAX_NAME
        taken.add(made)


def test_the_publisher_tells_two_apart():
    assert free_name("projets", "beta", {"projets"}) == "beta-projets"
    assert free_name("beta-projets", "beta", {"beta-projets"}) == "beta-projets-2"


@pytest.mark.parametrize(
    ("works", "sizes"), [(0, []), (3, [3]), (12, [5, 5, 2]), (120, [30] * 4), (1000, [50] * 20)]
)
def test_batches(works: int, sizes: list[int]):
    made = list(batches([Work(str(number), "p", "add") for number in range(works)]))
    assert [len(one) for one in made] == sizes
    assert max(sizes, default=0) <= BATCH


def test_works_survive_the_queue():
    work = Work("1", "p", "add", content="c", facts={"activity_count": 1}, dataset={"id": "1"})
    assert loaded(dumped([work])) == [work]


@pytest.mark.parametrize(
    "content", [None, "", "{}", "[]", "not json", '{"works": [{"other": 1}]}', '{"works": 3}']
)
def test_foreign_contents_are_no_works(content: str | None):
    assert loaded(content) == []


def test_a_refused_field_is_left_out():
    data = {"title": "a", "ess_country": ["XX"], "resources": [{"id": "1", "url": "u", "size": "x"}]}
    errors = {"ess_country": ["no such code"], "resources": [{"size": ["no number"]}]}
    assert leave_out(data, errors) == {"title": "a", "resources": [{"id": "1", "url": "u"}]}
    assert sentence(errors) == "ess_country: no such code; resources: size: no number"


@pytest.mark.parametrize("errors", [{}, {"name": ["taken"]}, {"owner_org": ["unknown"]}, {"other": ["x"]}])
def test_what_cannot_be_left_out(errors: dict[str, list[str]]):
    assert leave_out({"title": "a", "name": "b"}, errors) is None
