"""A long workbook is marked in Chromium: asked for, watched without touching anything, handed out; axe throughout."""

import io

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import load_workbook

from livelihood.imports import services, sheets
from livelihood.imports.models import MarkedWorkbook
from tests.imports.tools import csv_of, read, receive
from tests.projects.conftest import AT
from tests.year.browsing import DESK, PHONE, Come


@pytest.mark.parametrize("mode", [("zh-hans", "?view=elder", "dark"), ("en", "", "light")], ids=["elder dark", "en"])
def test_a_long_workbook_is_asked_for_watched_and_handed_out(come: Come, scene, monkeypatch, mode):
    language, view, theme = mode
    monkeypatch.setattr(sheets, "SHORT_ROWS", 0)
    batch = read(scene, receive(scene, csv_of(scene, {"area": "110101"})))
    with translation.override(language):
        mark, download = gettext("Mark the workbook"), gettext("Download the workbook")
    reader = come(scene.office, PHONE, DESK)
    reader.page.emulate_media(color_scheme=theme)

    address = reverse("imports:errors", kwargs={"pk": batch.pk})
    reader.go(f"{'/en' * (language == 'en')}{address}{view}")
    reader.press(mark)
    workbook = MarkedWorkbook.objects.get()
    services.run_marking(workbook.job_id, at=AT)
    reader.main.get_by_role("link", name=download, exact=True).wait_for()
    reader.watch.checked.clear()
    reader.look()
    with reader.page.expect_download() as handed_out:
        reader.main.get_by_role("link", name=download, exact=True).click()

    (sheet,) = load_workbook(io.BytesIO(handed_out.value.path().read_bytes())).worksheets
    assert sheet["E2"].fill.fgColor.rgb == "FFFFF2A8"
    assert workbook.language == language
