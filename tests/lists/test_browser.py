"""A long list as a file in Chromium: asked for, watched without touching anything, handed out; axe on every page."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from livelihood.jobs.models import Job
from livelihood.lists import services, views
from livelihood.lists.models import ListFile
from tests.projects.conftest import AT
from tests.year.browsing import DESK, PHONE, Come


@pytest.mark.parametrize("mode", [("zh-hans", "dark"), ("en", "light")], ids=["dark", "en"])
def test_a_long_list_is_asked_for_watched_and_handed_out(come: Come, scene, monkeypatch, mode):
    language, theme = mode
    monkeypatch.setattr(views, "AT_ONCE", 0)
    with translation.override(language):
        write, download = gettext("Write the file (%(kind)s)") % {"kind": "CSV"}, gettext("Download the file")
    reader = come(None, PHONE, DESK)
    reader.page.emulate_media(color_scheme=theme)

    reader.go(f"{'/en' * (language == 'en')}/{scene.cycle.area.slug}/{scene.cycle.year}/sites/")
    reader.follow("CSV")
    reader.press(write)
    services.run_write_file(Job.objects.get().pk, at=AT)
    reader.main.get_by_role("link", name=download, exact=True).wait_for()
    reader.watch.checked.clear()
    reader.look()
    with reader.page.expect_download() as handed_out:
        reader.main.get_by_role("link", name=download, exact=True).click()

    assert handed_out.value.path().read_bytes() == bytes(ListFile.objects.get().content or b"")
