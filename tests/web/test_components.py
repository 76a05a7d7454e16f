import re
from datetime import date
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.utils import translation

from livelihood.kernel.lights import Light
from livelihood.kernel.verdict import YES, no
from tests.web.rendering import component, render


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("light", "word"),
    [
        ("green", "On schedule"),
        ("yellow", "Slightly behind"),
        ("red", "Behind"),
        ("blue", "Accepted"),
        ("grey", "Not started"),
    ],
)
def test_light_has_colour_shape_word_and_reason(light, word):
    html = component("light", light=light, why="a < b")

    assert f'<span class="light light-{light}"><svg class="icon icon-{light}"' in html
    assert f'<span class="light-word">{word}</span>' in html
    assert html.endswith('<span class="light-why">a &lt; b</span>')


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("light", Light.values)
def test_a_light_of_a_list_is_the_same_drawn_once(light, language):
    with translation.override(language):
        for why in ("", "a < b", "原因"):
            assert render("{% light_mark light why=why %}", light=light, why=why) == component(
                "light", light=light, why=why
            )


def test_lights_differ_in_shape():
    shapes = {
        light: re.findall(r"<svg[^>]*>(.*)</svg>", component("icon", name=light))[0]
        for light in [*Light.values, "info"]
    }

    assert len(set(shapes.values())) == len(Light) + 1  # "info" is drawn for a name without a shape


def test_every_light_has_its_colour_for_day_and_dark():
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
    rules = re.findall(r"^\.light-(\w+) \{\n    --light: var\(--light-(\w+)\);", css, re.MULTILINE)

    assert sorted(rules) == sorted((light.value, light.value) for light in Light)
    for light in Light:
        day, asked_for, chosen = re.findall(rf"--light-{light}: (#\w{{6}});", css)
        assert asked_for == chosen != day


def test_year_track_marks_the_current_phase():
    phases = [
        {"label": "Solicit", "starts_on": date(2024, 9, 15), "ends_on": date(2024, 10, 15), "state": "past"},
        SimpleNamespace(label="<Plan>", starts_on=None, ends_on=None, state="current", url="/plan/"),
    ]

    line = {"number": 2, "of": 6, "label": "<Plan>", "days_left": 1}

    html = component("year_track", phases=phases, line=line, year=2024)

    assert '<time datetime="2024-09-15">Sep 15</time>–<time datetime="2024-10-15">Oct 15</time>' in html
    assert "<span>2 of 6</span><strong>&lt;Plan&gt;</strong><span>1 day left</span>" in html
    assert html.count('aria-current="step"') == 1
    assert '<li class="year-track-phase is-current" aria-current="step">' in html
    assert '<a href="/plan/">&lt;Plan&gt;</a>' in html


def test_thread_says_where_it_ends_and_in_one_line_what_lives():
    later = {"label": "Ballot", "text": "Not yet", "state": "open"}
    html = component("thread", steps=[{"label": "Need", "text": "Lifts", "url": "/n/1", "state": "stopped"}, later])

    assert 'popovertarget="thread-all"><span class="is-stopped">Need</span></button>' in html

    assert (
        '<li class="thread-step is-stopped"><span class="thread-label">Need</span>'
        '<span class="thread-text"><a href="/n/1">Lifts</a></span><span class="thread-end">Ends here</span></li>'
    ) in html


def test_figure_explains_itself_only_where_there_is_an_explanation():
    plain = component("figure", figure={"value": "3", "label": "Sites"})
    told = component(
        "figure", figure={"value": "0%", "label": "Done", "numerator": 0, "denominator": 8, "rows_url": "/r"}
    )

    assert "<details" not in plain
    assert "<dt>Counted</dt><dd>0</dd><dt>Out of</dt><dd>8</dd>" in told
    assert '<a href="/r">See the rows behind it</a>' in told


def test_table_aligns_numbers_and_escapes_cells():
    html = component(
        "table",
        caption="Sites",
        columns=[{"label": "Name"}, {"label": "Beds", "kind": "number", "unit": "n"}],
        rows=[["<i>", 0], [{"text": "A", "url": "/a"}, None]],
    )

    assert '<th scope="col" class="num">Beds<span class="unit">(n)</span></th>' in html
    assert '<td data-label="Name">&lt;i&gt;</td><td data-label="Beds" class="num">0</td>' in html
    assert '<td data-label="Name"><a href="/a">A</a></td><td data-label="Beds" class="num"></td>' in html


def test_pager_counts_and_leaves_out_what_is_not_there():
    assert component("pager", count=1) == '<div class="pager"><p class="pager-count">1 result</p></div>'
    html = component("pager", count=31569, shown=50, next_url="?after=5")
    assert '<p class="pager-count">50 of 31,569 results</p>' in html
    assert '<a class="button button-secondary" rel="next" href="?after=5">Next</a>' in html
    assert "Previous" not in html


@pytest.mark.parametrize(
    ("job", "present", "absent"),
    [
        (
            {"state": "running", "done": 1200, "total": 4800, "speed": 300, "seconds_left": 12, "status_url": "/j/1"},
            [
                'data-status-url="/j/1"',
                'max="4800" value="1200"',
                "1,200 of 4,800 rows",
                "300 rows per second",
                "12 s left",
            ],
            [],
        ),
        ({"state": "waiting", "status_url": "/j/1"}, ["Waiting", 'data-status-url="/j/1"'], ["value="]),
        (
            {"state": "done", "done": 3, "total": 3, "speed": 9, "status_url": "/j/1", "result_url": "/f"},
            ["3 of 3 rows", '<a class="button button-primary" href="/f">Open the result</a>'],
            ["data-status-url", "per second"],
        ),
        (
            {"state": "failed", "message": "<cut off>", "status_url": "/j/1"},
            ["Failed", "&lt;cut off&gt;"],
            ["<progress", "data-status-url"],
        ),
    ],
)
def test_progress_tells_its_state(job, present, absent):
    html = component("progress", job={"label": "Import", **job})

    assert [text for text in present if text not in html] == []
    assert [text for text in absent if text in html] == []


def test_verdict_off_shows_the_reason_and_cannot_be_pressed():
    html = component("verdict", verdict=no("Closed < today"), label="Vote", url="/vote")

    assert html == (
        '<div class="verdict"><button class="button button-primary" type="button" disabled>Vote</button>'
        '<p class="verdict-reason">Closed &lt; today</p></div>'
    )


def test_verdict_on_is_a_link_or_a_submit_button():
    link = component("verdict", verdict=YES, label="Vote", url="/vote")
    button = component("verdict", verdict=YES, label="Vote", name="act", value="vote")

    assert link == '<a class="button button-primary" href="/vote">Vote</a>'
    assert button == '<button class="button button-primary" type="submit" name="act" value="vote">Vote</button>'


class ThingForm(forms.Form):
    title = forms.CharField(label="Title", help_text="One line", max_length=3)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="Agreed")
    key = forms.CharField(widget=forms.HiddenInput)


def test_field_ties_label_help_and_error_to_the_input():
    form = ThingForm({"title": '"long"'})
    html = component("field", field=form["title"])

    assert '<label for="id_title">Title</label>' in html
    assert '<p class="help" id="id_title_helptext">One line</p>' in html
    assert '<div class="error" id="id_title_error">' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="&quot;long&quot;"' in html


def test_field_marks_the_optional_and_groups_choices():
    form = ThingForm()

    assert '<span class="optional">(optional)</span>' in component("field", field=form["note"])
    assert "optional" not in component("field", field=form["title"])
    assert '<fieldset class="field" id="id_kind_field" tabindex="-1"><legend>Kind</legend>' in component(
        "field", field=form["kind"]
    )
    assert '<label class="check" for="id_agreed"><input type="checkbox"' in component("field", field=form["agreed"])


def test_form_fields_draw_every_field_hidden_ones_bare():
    html = component("form_fields", form=ThingForm())

    assert [name for name in ThingForm.base_fields if f'name="{name}"' not in html] == []
    assert html.endswith('<input type="hidden" name="key" id="id_key">')


def test_sources_are_numbered_in_the_text_and_told_once_at_the_end():
    marks = "{% source_mark one %}{% source_mark '' %}{% source_mark two %}{% source_mark one %}"

    html = render(f"{{% load footnotes %}}{marks}{{% footnotes %}}", one="浙江日报", two="<b>")

    assert re.findall(r"\[(\d)\]", html) == ["1", "2", "1"]
    assert '<ol><li value="1">浙江日报</li><li value="2">&lt;b&gt;</li></ol>' in html
    assert render("{% load footnotes %}{% footnotes %}") == ""


def test_error_summary_links_to_each_field():
    form = ThingForm({"title": "ok", "key": "k"})
    form.add_error(None, "<Together>")

    html = component("error_summary", form=form)

    assert re.findall(r"<li>(.*?)</li>", html) == [
        "&lt;Together&gt;",
        '<a href="#id_kind_field">Choose under “Kind”.</a>',
        '<a href="#id_agreed">Tick “Agreed”.</a>',
    ]
    assert component("error_summary", form=ThingForm()) == ""


def test_confirm_says_what_will_happen_and_posts_once():
    html = component(
        "confirm",
        title="Close?",
        label="Close",
        consequences=["<b>"],
        hidden=[("key", '"')],
        cancel_url="/back",
        csrf_token="token",
        kind="danger",
    )

    assert "<h2>What will happen</h2><ul><li>&lt;b&gt;</li></ul>" in html
    assert '<form method="post" data-once>' in html
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="token">' in html
    assert '<input type="hidden" name="key" value="&quot;">' in html
    assert '<button class="button button-danger" type="submit">Close</button>' in html
    assert '<a class="button button-quiet" href="/back">Cancel</a>' in html


def test_receipt_shows_number_code_and_qr_and_clears_the_draft():
    html = component(
        "receipt", title="Arrived", number="N-1", code="K7", url="https://a.example/?b=1&c", draft="suggest"
    )

    assert 'data-draft-clear="suggest"' in html
    assert "<dt>Number</dt><dd>N-1</dd><dt>Code</dt><dd>K7</dd>" in html
    assert re.search(r'<figure class="qr"><svg viewBox="0 0 \d+ \d+" class="qr-code"><path', html)
    assert '<span class="qr-text">https://a.example/?b=1&amp;c</span>' in html


def test_notice_interrupts_only_when_it_needs_someone():
    assert 'class="notice notice-need" role="alert"' in component("notice", kind="need", text="Now")
    assert 'class="notice notice-info" role="note"' in component("notice", text="Some time")


def test_map_names_its_list():
    html = component("map", label="Map", list_id="sites", points_url="/p.json", mode="server")

    assert 'data-points-url="/p.json"' in html
    assert 'data-mode="server"' in html
    assert "hidden>" in html.split("</div>")[0].split("data-map")[0]  # without a script the list alone
    assert "data-tiles-url" not in html


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("badge", {"label": "<x>"}, '<span class="badge badge-plain">&lt;x&gt;</span>'),
        ("button", {"label": "Go"}, '<button class="button button-primary" type="submit">Go</button>'),
        ("empty_state", {"title": "None"}, '<div class="empty"><p class="empty-title">None</p></div>'),
        (
            "breadcrumb",
            {"crumbs": [{"label": "A", "url": "/a"}, {"label": "B", "url": "/b"}]},
            (
                '<nav class="breadcrumb" aria-label="You are here"><ol><li><a href="/a">A</a></li>'
                '<li><span aria-current="page">B</span></li></ol></nav>'
            ),
        ),
        (
            "description_list",
            {"rows": [{"label": "A", "value": "1\n<2>"}]},
            '<dl class="descriptions"><div><dt>A</dt><dd>1<br>&lt;2&gt;</dd></div></dl>',
        ),
    ],
)
def test_small_components(name, context, expected):
    assert component(name, **context) == expected
