"""Searching: every writing of a word finds every writing of a text, by the index, and nothing else."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livelihood.kernel.folding import fold
from livelihood.kernel.search import matching
from livelihood.kernel.simplified import CHARACTERS, simplify
from projects.models import Site
from proposals.models import Need
from tests import databases
from tests.factories.projects import SiteFactory
from tests.factories.proposals import NeedFactory

NO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
TEXTS = st.text(
    st.sampled_from("老旧小区加装电梯𠮷\uff21aÅﬁß\uff111①ｶﾞ한%_\\'\" \n" + NO_WIDTH), min_size=1, max_size=20
)
a_hundred = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def titles(text):
    """Return what a search finds, by the index and by reading the list alike."""
    by_index, read = (
        set(matching(Need.objects.all(), text, is_common=is_common).values_list("title", flat=True))
        for is_common in (False, True)
    )
    assert by_index == read
    return by_index


def has_visible(text):
    return any(fold(part) for part in text.split())


@pytest.fixture
def needs(db):
    for title in ("老旧小区加装电梯", "Lifts for old houses", "社区\uff21\uff29课堂", "桥"):
        NeedFactory(title=title, summary="百位老人下不了楼")


@pytest.fixture
def a_need(db):
    return NeedFactory()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电梯", {"老旧小区加装电梯"}),
        ("桥", {"桥"}),
        ("小区 电梯", {"老旧小区加装电梯"}),
        ("小区 课堂", set()),
        ("电加", set()),
        ("老人 old", {"Lifts for old houses"}),
        ("LIFTS", {"Lifts for old houses"}),
        ("\uff4c\uff49\uff46\uff54\uff53", {"Lifts for old houses"}),
        ("ai课", {"社区\uff21\uff29课堂"}),
        ("电\u200b梯", {"老旧小区加装电梯"}),
        ("%", set()),
        ("l_fts", set()),
        ("電梯 小區", {"老旧小区加装电梯"}),
        ("老舊", {"老旧小区加装电梯"}),
    ],
)
def test_a_search_finds_the_rows_that_hold_every_word(needs, text, found):
    assert titles(text) == found


def by_the_database(function, texts):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(one) FROM unnest(%s) WITH ORDINALITY AS all_of_them (one, n) ORDER BY n",  # noqa: S608
            [texts],
        )
        return [one for (one,) in cursor.fetchall()]


def folded_by_the_database(texts):
    return by_the_database("search_fold", texts)


@pytest.mark.parametrize("typed", ["后溪街道", "後溪街道", "後溪 街道"])
def test_traditional_is_simplified_whichever_is_stored(needs, typed):
    NeedFactory(title="後溪街道", summary="於後溪")

    assert titles(typed) == {"後溪街道"}


def test_every_character_is_simplified_by_the_database_as_by_the_portal(db):
    """Names are compared without: 于 and 於 are two people."""
    forms = (*range(0x2E80, 0x2FE0), *range(0x3200, 0x3400), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))
    characters = [chr(code) for code in (*CHARACTERS, *forms) if unicodedata.category(chr(code)) != "Cn"]

    assert by_the_database("search_plain", characters) == [simplify(fold(one)) for one in characters]
    assert (simplify("電梯"), fold("電梯")) == ("电梯", "電梯")


def test_every_character_is_folded_as_names_are(db):
    """Each between two letters and two Chinese characters, but the line, which parts two fields."""
    characters = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn"}]
    texts = [f"市{one}民 a{one}b" for one in characters if one not in "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"]

    different = [
        (ascii(text), ascii(here))
        for text, here in zip(texts, folded_by_the_database(texts), strict=True)
        if here != fold(text)
    ]

    assert different == []


@a_hundred
@given(
    text=st.text(
        st.sampled_from("市民 é\u0301e\u0315ßﬁǰ\u030cKÅ\u3000\u200b\u3164\ufe0f\u202e•・\u2013\u2212-·IİΐA\u2800"),
        max_size=12,
    )
)
def test_what_is_mixed_is_folded_as_names_are(db, text):
    assert folded_by_the_database([text]) == [fold(text)]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("市民广场", "市民\u202e广场"), ("市民\ufe0f广场", "市民广场"), ("b-71", "B–71"), ("欧阳·娜娜", "欧阳•娜娜"),
        ("王 伟", "王伟"), ("王伟", "王 伟"), ("市民\u3164广场", "市民\U000e0100广场"),
    ],
)  # fmt: skip
def test_a_search_forgives_what_names_forgive(a_need, stored, typed):
    with databases.as_superuser():
        Need.objects.update(title=stored)

    assert titles(typed) == {stored}


@pytest.mark.parametrize("text", ["\u200b", "\u00ad\u2060", "电梯 \ufeff"])
def test_a_word_of_nothing_visible_is_held_by_no_row(needs, text):
    assert titles(text) == set()


@a_hundred
@given(text=TEXTS.filter(has_visible), data=st.data())
def test_every_part_of_a_text_finds_it_in_any_writing(a_need, text, data):
    """Parts are cut from the composed text, as nobody types half a letter."""
    with databases.as_superuser():
        Need.objects.update(title=text)
    word = data.draw(
        st.sampled_from([word for word in unicodedata.normalize("NFKC", text).split() if has_visible(word)])
    )
    start = data.draw(st.integers(0, len(word) - 1))
    part = word[start : data.draw(st.integers(start + 1, len(word)))]

    for written in {part, part.upper(), part.lower(), "\u200b".join(part)}:
        assert titles(written) == ({text} if has_visible(part) else set())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("人民路12", {"桥头"}),
        ("\uff22\uff32-01", {"桥头"}),
        ("桥头 人民", {"桥头"}),
        ("桥", {"桥头", "大桥"}),
        ("头桥", set()),
    ],
)
def test_names_are_found_by_name_address_and_key(db, text, found):
    SiteFactory(name="桥头", address="人民路12号", key="BR-01")
    SiteFactory(name="大桥", address="解放路", key="BR-02")

    for is_common in (False, True):
        assert {site.name for site in matching(Site.objects.all(), text, is_common=is_common)} == found


def test_the_index_of_names_finds_words_of_two_characters(db):
    SiteFactory(name="桥头")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "projects_site_search" in matching(Site.objects.all(), "桥头").explain()


def test_the_index_finds_words_of_one_and_two_characters(needs):
    for word in ("桥", "电梯"):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = matching(Need.objects.all(), word).explain()

        assert "proposals_need_search" in plan
