"""The tool that keeps the translations: ``manage.py messages``."""

import ast
import json
import threading
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command

from livelihood.portal import messages
from livelihood.portal.messages import Text

MODULE = """
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext

A = _("Open letter")
B = gettext("Hello %(name)s, " "welcome")
C = ngettext("One site", "%(count)s sites", 3)
D = pgettext("phase", "Open")
E = _("Line {row}")
"""
TEMPLATE = """
<div>
      {# indentation that no Python file could have #}
  <p>{% translate "Open letter" %} {{ _("Short") }}</p>
    {% blocktranslate trimmed with name=site.name %}
      The site {{ name }}
      is 100% done.
    {% endblocktranslate %}
 {% blocktranslate count n=total trimmed %}
   One reply{% plural %}{{ n }} replies
 {% endblocktranslate %}
</div>
"""
EVERY_TEXT = [
    Text("Hello %(name)s, welcome"),
    Text("Line {row}"),
    Text("One reply", None, "%(n)s replies"),
    Text("One site", None, "%(count)s sites"),
    Text("Open", "phase"),
    Text("Open letter"),
    Text("Short"),
    Text("The site %(name)s is 100%% done."),
]
CHINESE = {
    "Hello %(name)s, welcome": "%(name)s,欢迎",
    "Line {row}": "第{row}行",
    "One reply": ["%(n)s条回复"],
    "One site": ["%(count)s个点位"],
    "phase|Open": "开放",
    "Open letter": "公开信",
    "Short": "短",
    "The site %(name)s is 100%% done.": "点位%(name)s已100%%完成。",
}


@pytest.fixture
def project(tmp_path, settings):
    """A project of one module and one template, and nothing in its catalogue."""
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").touch()
    (tmp_path / "room" / "models.py").write_text(MODULE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").write_text('_("not ours")')
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path


@pytest.fixture
def catalogue(project):
    return project / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def fill(project, pairs):
    form = project / "pairs.json"
    form.write_text(json.dumps(pairs))
    call_command("messages", fill=form)


def translations(catalogue):
    return {entry.msgid: entry.msgstr_plural or entry.msgstr for entry in polib.pofile(str(catalogue))}


def test_texts_of_finds_every_marked_text_once_and_sorted(project):
    assert messages.texts_of(project) == EVERY_TEXT


def test_texts_of_names_the_file_that_cannot_be_read(project):
    (project / "templates" / "bad.html").write_text("{% blocktranslate %}{% if x %}{% endblocktranslate %}")

    with pytest.raises(messages.UnreadableSource, match=r"bad\.html"):
        messages.texts_of(project)


def test_update_writes_every_text_without_dates_and_line_numbers(project, catalogue):
    call_command("messages")

    assert [messages.text_of(entry) for entry in polib.pofile(str(catalogue))] == EVERY_TEXT
    written = catalogue.read_text()
    assert "Date" not in written
    assert "#:" not in written
    call_command("messages")
    assert catalogue.read_text() == written


def test_update_keeps_translations_and_drops_what_left_the_source(project, catalogue):
    fill(project, CHINESE)
    (project / "room" / "models.py").write_text('A = _("Open letter")\nB = _("New")\n')

    call_command("messages")

    assert translations(catalogue) == {
        "New": "",
        "One reply": {0: "%(n)s条回复"},
        "Open letter": "公开信",
        "Short": "短",
        "The site %(name)s is 100%% done.": "点位%(name)s已100%%完成。",
    }


def test_check_passes_for_a_complete_catalogue(project, capsys):
    fill(project, CHINESE)

    call_command("messages", check=True)

    assert capsys.readouterr().out.endswith("The catalogue is complete.\n")


def test_a_further_language_has_a_catalogue_that_is_checked_as_well(project, settings, monkeypatch, capsys):
    settings.LANGUAGES = [*settings.LANGUAGES, ("fr", "Français")]
    monkeypatch.setitem(messages.PLURAL_FORMS, "fr", "nplurals=2; plural=(n > 1);")
    fill(project, CHINESE)
    with pytest.raises(CommandError, match="not in the catalogue: 'Open letter'"):
        call_command("messages", check=True)

    call_command("messages")

    french = translations(project / "locale" / "fr" / "LC_MESSAGES" / "django.po")
    assert french["Open letter"] == ""
    with pytest.raises(CommandError, match="not translated: 'Open letter'"):
        call_command("messages", check=True)
    form = project / "french.json"
    form.write_text(json.dumps({**CHINESE, "One reply": ["%(n)s réponse", "%(n)s réponses"]}))
    call_command("messages", fill=form, locale="fr")
    capsys.readouterr()
    call_command("messages", check=True)
    assert capsys.readouterr().out == "The catalogue is complete.\n"


def test_check_lists_what_is_missing(project, catalogue):
    fill(project, CHINESE)
    (project / "room" / "models.py").write_text(MODULE.replace("Open letter", "Closed letter"))
    (project / "templates" / "page.html").write_text(TEMPLATE.replace("Open letter", "Closed letter"))
    before = catalogue.read_bytes()

    with pytest.raises(CommandError) as refusal:
        call_command("messages", check=True)

    assert str(refusal.value).splitlines() == [
        "not in the source: 'Open letter'",
        "not in the catalogue: 'Closed letter'",
        "2 problems",
    ]
    assert catalogue.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"msgstr": ""}, "not translated: 'Line {row}'"),
        ({"flags": ["fuzzy"]}, "fuzzy: 'Line {row}'"),
        ({"msgstr": "第{line}行"}, "placeholders differ in '第{line}行': 'Line {row}'"),
    ],
)
def test_check_lists_a_bad_entry(project, catalogue, change, problem):
    fill(project, CHINESE)
    entries = polib.pofile(str(catalogue))
    entry = entries.find("Line {row}")
    for name, value in change.items():
        setattr(entry, name, value)
    entries.save()

    assert messages.problems(catalogue, project) == [problem]


def test_check_refuses_a_source_that_is_not_english(project, catalogue):
    (project / "room" / "models.py").write_text('A = _("公开信")')
    (project / "templates" / "page.html").write_text("")
    fill(project, {"公开信": "公开信"})

    assert messages.problems(catalogue, project) == ["source is not English: '公开信'"]


def test_fill_sets_what_fits_and_names_what_does_not(project, catalogue):
    with pytest.raises(CommandError) as refusal:
        fill(project, {"Short": "短", "Line {row}": "行", "Nowhere": "无"})

    assert str(refusal.value).splitlines() == [
        "placeholders differ in '行': 'Line {row}'",
        "not in the source: 'Nowhere'",
        "2 problems",
    ]
    assert translations(catalogue)["Short"] == "短"
    assert translations(catalogue)["Line {row}"] == ""


def test_fill_by_many_at_once_loses_nothing(project, catalogue):
    threads = [
        threading.Thread(target=messages.fill, args=(catalogue, project, {msgid: chinese}))
        for msgid, chinese in CHINESE.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert messages.problems(catalogue, project) == []


def test_missing_prints_a_form_for_the_texts_below_a_path(project, capsys):
    fill(project, {"Short": "短"})
    capsys.readouterr()

    call_command("messages", missing=["templates"])

    assert json.loads(capsys.readouterr().out) == {
        "One reply": [""],
        "Open letter": "",
        "The site %(name)s is 100%% done.": "",
    }


def test_compile_writes_what_gettext_reads(project, catalogue):
    fill(project, CHINESE)

    call_command("messages", compile=True)

    compiled = polib.mofile(str(catalogue.with_suffix(".mo")))
    assert compiled.find("Open letter").msgstr == "公开信"
    assert compiled.find("One site").msgstr_plural == {0: "%(count)s个点位"}


def test_what_marks_a_text_has_its_own_name():
    """Under a name of our own making it would mark nothing, and the text would stay English unseen."""
    root = Path(__file__).resolve().parents[2]
    sources = [path for path in messages.source_files(root) if path.suffix == ".py"]

    renamed = [
        f"{path.relative_to(root)}: {alias.name} as {alias.asname}"
        for path in sources
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname not in (None, "_") and alias.name in messages.KEYWORDS
    ]

    assert len(sources) > 300
    assert renamed == []
