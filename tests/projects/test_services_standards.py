import pytest

from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from projects import services
from projects.models import Acceptance, Standard, StandardLine
from projects.services.standards import LineInput
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

LINES = [LineInput("使用面积", "实测", "≥ 200", "平方米"), LineInput("三餐")]


def add(scene, **values):
    given = {"cycle": scene.cycle, "title": "老年食堂", "lines": LINES, "by": scene.office, "at": AT}
    return services.add_standard(**{**given, **values})


def test_add_standard_counts_versions_of_one_title(scene):
    first, second = add(scene), add(scene)

    assert (first.version, second.version) == (1, 2)
    assert list(first.lines.order_by("number").values_list("number", "requirement", "required_value", "unit")) == [
        (1, "使用面积", "≥ 200", "平方米"),
        (2, "三餐", "", ""),
    ]


def test_add_standard_refuses_no_lines_and_strangers(scene):
    with pytest.raises(InvalidInput):
        add(scene, lines=[])
    with pytest.raises(NotAllowed):
        add(scene, by=scene.department)

    assert Standard.objects.filter(title="老年食堂").count() == 0


def test_write_lines_replaces_them(scene):
    standard = add(scene)

    services.write_standard_lines(standard=standard, lines=[LineInput("无障碍")], by=scene.office, at=AT)

    assert list(standard.lines.values_list("requirement", flat=True)) == ["无障碍"]


def test_write_lines_refuses_once_a_site_was_judged(scene):
    standard = scene.site.standard
    Acceptance.objects.create(site=scene.site, is_passed=False, inspected_at=AT, inspected_by=scene.department)

    with pytest.raises(Conflict):
        services.write_standard_lines(standard=standard, lines=LINES, by=scene.office, at=AT)

    assert set(StandardLine.objects.filter(standard=standard)) == set(scene.lines)


def test_write_lines_refuses_no_lines_and_strangers(scene):
    for error, values in ((InvalidInput, {"lines": []}), (NotAllowed, {"by": scene.builder})):
        with pytest.raises(error):
            services.write_standard_lines(
                **{"standard": scene.site.standard, "lines": LINES, "by": scene.office, "at": AT, **values}
            )

    assert set(StandardLine.objects.filter(standard=scene.site.standard)) == set(scene.lines)
