import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import NoReverseMatch
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from livelihood.cycles.models import Area, Cycle
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.units import unit_name
from livelihood.web.bounds import LONGEST_QUERY
from livelihood.web.templatetags import web
from tests.web.rendering import render


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


# Figures in words


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (31569, "31,569"),
        (Decimal("12.5000"), "12.5"),
        (Decimal(100), "100"),
        (Decimal("0.00004"), "0"),
        (Decimal("-0.00001"), "0"),
        (0.1, "0.1"),
        (-1234567.25, "-1,234,567.25"),
        (None, "–"),
    ],
)
def test_number_groups_thousands_and_drops_trailing_zeros(value, expected):
    assert web.number(value) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0, "0%"),
        (Decimal("0.0001"), "0.1%"),
        (Decimal("0.995"), "99.5%"),
        (Decimal("0.99996"), "99.9%"),
        (1, "100%"),
        (Decimal("2.23"), "223%"),
        (None, "–"),
    ],
)
def test_percent_never_flatters(ratio, expected):
    assert web.percent(ratio) == expected


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_choice_names_what_django_does(language):
    with translation.override(language):
        for state in [*JobState, "unknown"]:
            job = Job(state=state)
            assert web.choice(job, "state") == job.get_state_display()


def test_quantity_keeps_number_and_unit_on_one_line():
    assert web.quantity(Decimal("12.50"), "km") == "12.5\N{NO-BREAK SPACE}km"
    assert web.quantity(None, "km") == "–"


def test_money_is_counted_as_the_language_counts():
    assert web.money(Decimal("1234.5")) == "12.345 million yuan"
    assert web.money(None) == "–"
    with translation.override("zh-hans"):
        assert web.money(Decimal("1234.5")).startswith("1,234.5")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(5, "5 s"), (65, "1 min 5 s"), (3661, "1 h 1 min"), (3600, "1 h"), (600_000, "6 d 22 h"), (0, "0 s"), (None, "–")],
)
def test_duration_names_the_two_largest_units(seconds, expected):
    assert web.duration(seconds) == expected


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "3\N{NO-BREAK SPACE}people"), ("zh-hans", "3\N{NO-BREAK SPACE}人")]
)
def test_a_usual_unit_is_told_in_the_language_of_the_page(language, shown):
    with translation.override(language):
        assert web.quantity(3, "人") == shown
        assert unit_name("箱") == "箱", "what nobody knows stays as it was published"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("至2026年11月30日，还剩3天", '至<span class="unbroken">2026年11月30日</span>，还剩3天'),
        ("until Nov. 6, 2026 <b>", 'until <span class="unbroken">Nov. 6, 2026</span> &lt;b&gt;'),
        ("30 days", "30 days"),
    ],
)
def test_a_day_within_a_sentence_is_kept_on_one_line(text, shown):
    assert web.unbroken(text) == shown


def test_moment_marks_days_and_times_for_machines():
    assert web.moment(date(2024, 11, 6)) == '<time datetime="2024-11-06">Nov. 6, 2024</time>'
    assert web.moment(datetime(2024, 11, 6, 1, 30, tzinfo=UTC)) == (
        '<time datetime="2024-11-06T09:30+08:00">Nov. 6, 2024, 9:30 a.m.</time>'
    )
    assert web.moment(None) == "–"


def spoken(first, last, year):
    return re.sub("<.*?>", "", web.days_in(first, last, year))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2025, 9, 30), date(2025, 10, 5), "Sep 30–Oct 5"),
        (date(2024, 10, 22), date(2025, 1, 5), "Oct. 22, 2024–Jan. 5, 2025"),
        (date(2024, 1, 30), date(2024, 2, 5), "Jan. 30, 2024–Feb 5"),
        (date(2025, 10, 22), date(2026, 1, 5), "Oct 22–Jan. 5, 2026"),
        (date(2025, 9, 30), None, "Sep 30"),
        (None, date(2026, 1, 5), "–Jan. 5, 2026"),
        (None, None, ""),
    ],
)
def test_days_carry_their_year_where_it_is_another(first, last, expected):
    assert spoken(first, last, 2025) == expected


DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@given(DAYS, DAYS, st.integers(2024, 2027))
def test_whoever_reads_from_left_to_right_knows_the_year_of_each_day(first, last, year):
    with translation.override("zh-hans"):
        known, read = year, []
        for part in spoken(first, last, year).split("–"):
            named, month, day = re.fullmatch(r"(?:(\d+)年)?(\d+)月(\d+)日", part).groups()
            assert named is None or int(named) != known, "a year that is known is not repeated"
            known = int(named or known)
            read.append(date(known, int(month), int(day)))
    assert read == [first, last]


def test_light_word_refuses_an_unknown_light():
    with pytest.raises(ValueError, match="purple"):
        web.light_word("purple")


# Addresses


def test_translated_path_keeps_page_and_query():
    assert render('{% translated_path "zh-hans" %}', path="/en/styleguide/?q=a%26b") == "/styleguide/?q=a%26b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/en/search/?q=%E7%94%B5%26", "/search/?q=%E7%94%B5%26"),  # a page
        ("/search/", "/en/search/"),
        ("/en/here/1999/?a=1", "/here/1999/?a=1"),  # refused by its page
        ("/en/nowhere/at/all/", "/en/nowhere/at/all/"),  # no page
        ("/api/docs/", "/api/docs/"),  # of no language
        ("/en/search/?q=" + "a" * LONGEST_QUERY, "/search/"),  # refused before its page was sought
    ],
)
def test_every_page_and_refusal_leads_to_itself_in_the_other_language(path, other):
    page = Client().get(path).content.decode()

    assert re.findall(r'href="([^"]*)"\s+hreflang="[^"]*"\s+lang="[^"]*"\s+rel="alternate"', page) == [other]


def test_keep_view_carries_the_elder_view_on_only_when_asked_for():
    assert render('{% keep_view "/a/?b=1#c" %}') == "/a/?b=1#c"
    assert render('{% keep_view "/a/?b=1#c" %}', path="/?view=elder") == "/a/?b=1&amp;view=elder#c"
    assert render('{% keep_view "/a/" %}', path="/?view=elder") == "/a/?view=elder"


@pytest.mark.parametrize(
    "links",
    [
        '{% include "components/pager.html" with count=9 shown=3 next_url="?q=x&view=elder&after=k" only %}',
        '{% include "components/button_link.html" with label="On" url="/a/?view=elder" only %}',
    ],
)
def test_an_address_carries_the_elder_view_once(links):
    (address,) = re.findall(r'href="([^"]+)"', render(links, path="/en/?q=x&view=elder"))

    assert address.count("view=elder") == 1


def test_many_chips_are_folded_until_one_is_chosen():
    few, many = ([(str(number), f"P{number}") for number in range(count)] for count in (7, 8))
    chips = '{% filter_chips "place" "Place" choices %}'

    assert "<details" not in render(chips, choices=few)
    assert "<summary>Place: All</summary>" in render(chips, choices=many)
    assert '<details class="chips-fold" open>' in render(chips, choices=many, path="/en/?place=3")
    assert "<summary>Place: P3</summary>" in render(chips, choices=many, path="/en/?place=3")


def test_view_switch_leads_there_and_back():
    assert render("{% view_switch %}", path="/en/?q=x") == "/en/?q=x&amp;view=elder"
    assert render("{% view_switch %}", path="/en/?q=x&view=elder") == "/en/?q=x"


def test_cycle_url_refuses_an_unknown_page():
    cycle = Cycle(area=Area(slug="ningbo"), year=2025)

    with pytest.raises(NoReverseMatch):
        web.cycle_url("no:such-page", cycle)


# Lists that keep their URL


def test_filter_chips_keep_other_filters_and_drop_the_page():
    html = render(
        '{% filter_chips "light" "Light" choices %}',
        path="/en/list/?q=lake&light=red&after=77",
        choices=[("red", "Behind", 14), ("green", "On <time>")],
    )

    assert html == (
        '<div class="chips" role="group" aria-label="Light">'
        '<span class="chips-label" aria-hidden="true">Light</span><ul>'
        '<li><a class="chip" href="/en/list/?q=lake">All</a></li>'
        '<li><a class="chip" href="/en/list/?q=lake&amp;light=red" aria-current="true">Behind'
        '<span class="count">14</span></a></li>'
        '<li><a class="chip" href="/en/list/?q=lake&amp;light=green">On &lt;time&gt;</a></li></ul></div>'
    )


def test_search_form_keeps_filters_and_escapes_what_was_typed():
    html = render('{% search_form "Search" %}', path='/en/list/?q="><b>&light=red&before=3')

    assert 'value="&quot;&gt;&lt;b&gt;"' in html
    assert '<input type="hidden" name="light" value="red">' in html
    assert "before" not in html


@pytest.mark.parametrize(
    ("query", "target", "state"),
    [
        ("", "sort=due", ""),
        ("?sort=due", "sort=-due", " is-ascending"),
        ("?sort=-due", "sort=due", " is-descending"),
        ("?sort=name", "sort=due", ""),
    ],
)
def test_sort_link_toggles(query, target, state):
    html = render('{% sort_link "due" "Due" %}', path=f"/en/list/{query}")

    assert html.startswith(f'<a class="sort{state}" href="/en/list/?{target}">Due')


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("sites", "/hangzhou/2025/lists/sites/"),
        ("sites-of-desk", "/desk/hangzhou/2025/lists/sites-of-desk/"),
        ("people", "/desk/hangzhou/lists/people/"),
    ],
)
def test_downloads_are_of_the_list_that_is_shown(name, address):
    area = SimpleNamespace(slug="hangzhou")
    context = {"area": area} if name == "people" else {"cycle": SimpleNamespace(area=area, year=2025)}

    html = render(f'{{% downloads "{name}" %}}', path="/en/list/?q=x&after=7&view=elder", **context)

    assert re.findall(r'href="([^"]+)"', html) == [
        f"/en{address}?q=x&amp;view=elder&amp;export={kind}" for kind in ("xlsx", "csv")
    ]


def test_tableregion_is_named_and_reachable_by_keyboard():
    assert render("{% tableregion label %}<table></table>{% endtableregion %}", label='"x"') == (
        '<div class="table-region" role="region" aria-label="&quot;x&quot;" tabindex="0"><table></table></div>'
    )
