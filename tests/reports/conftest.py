"""A judged year, and a folder of its own for files."""

import pytest

from tests.factories.reports import Year, judged_year


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def year(db) -> Year:
    return judged_year()
