"""The command that brings the shipped areas into the database."""

import pytest
from django.core.management import call_command

from livelihood.cycles.models import Area


@pytest.mark.django_db
def test_the_command_loads_once_and_mends_after(capsys):
    call_command("load_areas")
    call_command("load_areas")
    Area.objects.filter(slug="xihu").update(name_zh="西湖")
    call_command("load_areas")

    assert Area.objects.count() == 102
    assert Area.objects.get(slug="xihu").name_zh == "西湖区"
    assert capsys.readouterr().out.splitlines() == [
        "浙江省：共102个行政区域，添加或更改102个。",
        "浙江省: 102 areas, 102 added or changed.",
        "浙江省：共102个行政区域，添加或更改0个。",
        "浙江省: 102 areas, 0 added or changed.",
        "浙江省：共102个行政区域，添加或更改1个。",
        "浙江省: 102 areas, 1 added or changed.",
    ]
