"""The code of a new township is compared with the code table, and what differs is asked."""

import pytest

from livelihood.cycles import code_table
from livelihood.imports import selectors, services
from livelihood.imports.states import ImportSection
from livelihood.kernel.messages import thaw
from tests.factories.frame import NOW
from tests.places.test_imports import bring, counted

HEAD = "区划代码,名称\n"
ONE, OTHER = [code for code in code_table.names() if code.startswith("420102") and len(code) == 9][:2]


def asked(batch):
    lines = selectors.all_lines(batch, [ImportSection.DOUBT])
    return {line.row: [str(thaw(problem)) for _code, _column, problem, _answers in line.questions] for line in lines}


def test_a_township_of_the_table_is_not_asked_about(places):
    text = f"{HEAD}{ONE},{code_table.names()[ONE]}\n{OTHER}000,{code_table.names()[OTHER]}\n"

    assert counted(bring(places, "areas", "420102", text)) == {"new": 2}


@pytest.mark.parametrize(
    ("code", "name", "problem"),
    [
        (ONE, "新街道", f"gives this code to {code_table.names()[ONE]}."),
        (ONE, code_table.names()[OTHER], f"gives this code to {code_table.names()[ONE]}."),
        ("420102991", "新街道", "has no such code."),
    ],
)
def test_a_code_that_the_table_has_not_or_gives_to_another_is_asked(places, code, name, problem, in_english):
    batch = bring(places, "areas", "420102", f"{HEAD}{code},{name}\n")

    ((said,),) = asked(batch).values()
    assert said == f"The code table ({code_table.source()}) {problem}"
    batch = bring(places, "areas", "420102", f"{HEAD}{code},{name}\n", {2: {"read.code": "yes"}})
    services.write_import(batch=batch, by=places.keeper, at=NOW)
    assert places.at(code).name_zh == name
    assert counted(bring(places, "areas", "420102", f"{HEAD}{code},{name}\n")) == {"unchanged": 1}


def test_a_township_that_has_ended_is_of_an_older_table(places):
    text = "区划代码,名称,失效日期\n420102991,老街道,2001-12-31\n"

    assert counted(bring(places, "areas", "420102", text)) == {"new": 1}
