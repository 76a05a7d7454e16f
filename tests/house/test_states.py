"""State machines and the services that walk them stay in step, so do words that stand twice; their picture is true."""

from enum import Enum, StrEnum
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection

from livelihood.kernel.lights import Light
from livelihood.portal.management.commands.state_diagrams import MODULES
from projects import aggregation, lights
from projects.aggregation import SiteCounts
from projects.models import IndicatorFigure
from projects.states import IndicatorKind, LightReason, SiteState
from projects.surveys import aggregation as answers
from projects.surveys.states import Grade
from tests.house.moves import made_by, sources
from voting import record, tally
from voting.states import BallotForm, BlankRule, Denominator, OptionOrder, Outcome, OverVoteRule

SERVICES = {
    "Cycle": {
        "begin": ["begin_cycle"],
        "adopt": ["adopt_list"],
        "withdraw": ["withdraw_adoption"],
        "advance": ["advance_phase"],
        "take_back": ["take_back_phase"],
    },
    "OpenLetter": {"publish": ["publish_letter"]},
    "Suggestion": {
        "accept": ["accept_suggestion"],
        "decline": ["decline_suggestion"],
        "hand_over": ["hand_over_suggestion"],
        "reword": ["reword_suggestion"],
        "unpublish": ["unpublish_suggestion"],
    },
    "Need": {
        "draft_candidate": ["draft_candidate"],
        "link_candidate": ["link_candidate"],
        "turn_down": ["turn_down_need"],
        "drop_candidate": ["drop_candidate"],
        "discard_candidate": ["discard_candidate"],
    },
    "Candidate": {
        "propose": ["propose_candidate"],
        "drop": ["drop_candidate"],
        "discard": ["discard_candidate"],
        "freeze": ["freeze_candidates"],
    },
    "Round": {
        "lock_rules": ["lock_rules"],
        "lock_roll": ["lock_roll"],
        "open_sign_in": ["open_sign_in"],
        "open": ["open_round"],
        "pause": ["pause_round"],
        "resume": ["resume_round"],
        "close": ["close_round"],
        "move_to_paper": ["move_to_paper"],
        "count": ["count_round"],
        "announce": ["announce_round"],
        "void": ["void_round"],
    },
    "Review": {"adopt": ["adopt_list"]},
    "Opinion": {"answer": ["answer_opinion"]},
    "Project": {"close_out": ["close_out_project"]},
    "Site": {
        # A report that says so starts on its way, and nothing else completes.
        "start": ["progress._write", "start_sites"],
        "complete": ["progress._write"],
        "return": ["return_site"],
        "accept": ["accept_sites"],
    },
    "Notice": {"answer": ["answer_notices"], "return": ["return_notice"], "close": ["close_notice"]},
    "Import": {
        "preview": ["preview_import"],
        "map": ["map_import"],
        "answer": ["answer_import"],
        "recheck": ["recheck_import"],
        "write": ["write_import"],
        "drop": ["drop_import"],
        "replace": ["replace_earlier"],
        "take_up": ["take_up_import"],
        "expire": ["expire_imports"],
        "take_back": ["take_back_import"],
        "take_back_some": ["take_back_import"],
    },
    "Survey": {"open": ["open_survey"], "close": ["close_survey"], "freeze": ["freeze_survey"]},
}
"""Machine → verb → the services that make the move; one act is one public function."""

SAME_WORDS: list[tuple[type[Enum], type[Enum]]] = [
    (tally.Form, BallotForm),
    (tally.Base, Denominator),
    (tally.OverVote, OverVoteRule),
    (tally.Blank, BlankRule),
    (tally.Standing, Outcome),
]
"""What the count, plain Python, calls something, and what its rows do: a word of one must be a word of the other."""


def walked_in(module: str, texts: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    """Return machine → verb → services, as the room's source has it; every move of its services must be of a machine.

    texts: of the files of its services.
    """
    states = import_module(f"{module}.states")
    tables = {id(moves): name for name, moves, _initial in states.MACHINES}
    walked: dict[str, dict[str, list[str]]] = {}
    for (table, verb), functions in made_by(texts).items():
        walked.setdefault(tables[id(getattr(states, table))], {})[verb] = functions
    return walked


@pytest.mark.parametrize("module", MODULES)
def test_every_verb_of_a_machine_is_one_service_of_its_name_and_no_service_makes_another_move(module):
    machines = import_module(f"{module}.states").MACHINES

    assert walked_in(module, sources(module)) == {name: SERVICES[name] for name, _moves, _initial in machines}
    for name, moves, _initial in machines:
        assert set(SERVICES[name]) == {verb for _state, verb in moves}, name


def test_no_machine_has_gone():
    assert {name for module in MODULES for name, *_ in import_module(f"{module}.states").MACHINES} == set(SERVICES)


@pytest.mark.parametrize("verb", SERVICES["Round"])
def test_a_service_that_is_renamed_or_lost_is_missed(verb):
    (service,) = SERVICES["Round"][verb]
    texts = {
        name: text.replace(f"def {service}(", f"def renamed_{service}(") for name, text in sources("voting").items()
    }

    assert walked_in("voting", texts)["Round"] == SERVICES["Round"] | {verb: [f"renamed_{service}"]}


@pytest.mark.parametrize(("counted", "kept"), SAME_WORDS, ids=lambda words: words.__name__)
def test_count_and_rows_use_the_same_words(counted, kept):
    assert {word.name: word.value for word in counted} == {word.name: word.value for word in kept}


def test_every_choice_of_the_count_is_compared():
    choices = {value for value in vars(tally).values() if isinstance(value, type) and issubclass(value, StrEnum)}

    assert choices - {StrEnum} == {counted for counted, _kept in SAME_WORDS} | {tally.Mark}
    assert set(record._CHOICES["option_order"]) == set(OptionOrder)


def test_answers_are_counted_by_the_grades_of_their_rows():
    assert tuple(Grade) == answers.GRADES
    assert tuple(answers.Counts.__dataclass_fields__) == tuple(Grade)


def test_figures_are_made_of_the_kinds_states_and_lights_of_their_rows():
    assert tuple(IndicatorKind) == (aggregation.ADDITIVE, aggregation.RATE, aggregation.CAP)
    assert sorted(lights.GRAVITY) == sorted(Light)
    assert tuple(SiteCounts.__dataclass_fields__) == ("total", *SiteState, "lights")


def test_the_tables_of_lights_give_every_light_and_every_reason():
    of_projects = {LightReason.CLOSED_OUT, LightReason.NO_INDICATOR}

    assert {line.light for line in lights.SITES} == set(Light)
    assert {line.light for line in lights.INDICATORS} == set(Light)
    of_sites, of_indicators = ({line.reason for line in lines} for lines in (lights.SITES, lights.INDICATORS))
    assert of_sites | of_indicators | of_projects == set(LightReason)


@pytest.mark.django_db
def test_the_database_counts_the_columns_of_a_figure():
    with connection.cursor() as cursor:
        cursor.execute("SELECT counted FROM projects_counted() ORDER BY place")
        counted = [column for (column,) in cursor.fetchall()]

    assert counted == list(IndicatorFigure.COUNTED)
    assert {field.column for field in IndicatorFigure._meta.local_fields} == {
        "id", "indicator_id", "area_id", "base", *counted
    }  # fmt: skip


def test_the_picture_of_the_machines_is_true():
    call_command("state_diagrams", check=True)
