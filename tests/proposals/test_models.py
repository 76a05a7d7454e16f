"""What the tables of the room refuse by themselves, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from proposals.models import Reply, Screening, Suggestion
from proposals.states import CandidateState, Decision, LetterState, NeedOutcome, SuggestionState
from tests import databases
from tests.factories.frame import NOW, OrganisationFactory, UserFactory
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    ContactFactory,
    CostLineFactory,
    NeedFactory,
    NeedLinkFactory,
    OpenLetterFactory,
    SheetFactory,
    SuggestionFactory,
)

pytestmark = pytest.mark.django_db


def screening(**fields):
    given = {"suggestion": SuggestionFactory(), "screened_at": NOW, "screened_by": UserFactory(), **fields}
    return Screening.objects.create(**given)


def reply(text="已列入候选项目。"):
    return Reply.objects.create(
        suggestion=AcceptedFactory(),
        organisation=OrganisationFactory(),
        text=text,
        replied_at=NOW,
        replied_by=UserFactory(),
    )


REFUSED = {
    "published letter without a date": lambda: OpenLetterFactory(state=LetterState.PUBLISHED),
    "letter with a date but no person": lambda: OpenLetterFactory(state=LetterState.PUBLISHED, published_at=NOW),
    "second letter of a cycle": lambda: OpenLetterFactory(cycle=OpenLetterFactory().cycle),
    "unknown state": lambda: SuggestionFactory(state="lost"),
    "unknown channel": lambda: SuggestionFactory(channel="pigeon", entered_by=UserFactory()),
    "portal suggestion typed in by somebody": lambda: SuggestionFactory(entered_by=UserFactory()),
    "hotline suggestion typed in by nobody": lambda: SuggestionFactory(channel="hotline_12345"),
    "accepted without public wording": lambda: SuggestionFactory(state=SuggestionState.ACCEPTED),
    "empty wish": lambda: SuggestionFactory(wish=""),
    "number given twice": lambda: SuggestionFactory(number=SuggestionFactory().number),
    "key used twice": lambda: SuggestionFactory(idempotency_key=SuggestionFactory().idempotency_key),
    "contact that reaches nobody": lambda: ContactFactory(phone="", name="张三"),
    "second contact": lambda: ContactFactory(suggestion=ContactFactory().suggestion),
    "refusal without a reason": lambda: screening(decision=Decision.DECLINED, words="因为。"),
    "refusal without words": lambda: screening(decision=Decision.DECLINED, reason="unclear"),
    "hand-over to nowhere": lambda: screening(decision=Decision.HANDED_OVER, words="因为。"),
    "acceptance with a reason": lambda: screening(decision=Decision.ACCEPTED, reason="unclear"),
    "unknown reason": lambda: screening(decision=Decision.DECLINED, reason="mood", words="因为。"),
    "empty answer": lambda: reply(text=""),
    "need refused without a reason": lambda: NeedFactory(outcome=NeedOutcome.NOT_ADOPTED),
    "open need with a reason": lambda: NeedFactory(reason="因为。"),
    "need number given twice": lambda: NeedFactory(cycle=(need := NeedFactory()).cycle, number=need.number),
    "unlinked by nobody": lambda: NeedLinkFactory(unlinked_at=NOW),
    "candidate dropped without a reason": lambda: CandidateFactory(
        state=CandidateState.NOT_ADOPTED, dropped_at=NOW, dropped_by=UserFactory()
    ),
    "candidate without a summary": lambda: CandidateFactory(summary=""),
    "unknown kind": lambda: CandidateFactory(kind="vapour"),
    "sheet that ends before it starts": lambda: SheetFactory(finishes_on="2024-12-31"),
    "second sheet": lambda: SheetFactory(candidate=SheetFactory().candidate),
    "negative cost": lambda: CostLineFactory(amount_wan="-0.0001"),
    "source twice": lambda: CostLineFactory(sheet=CostLineFactory().sheet),
    "unknown source": lambda: CostLineFactory(source="moon"),
    "changed original text": lambda: Suggestion.objects.filter(pk=SuggestionFactory().pk).update(matter="改"),
    "changed receipt": lambda: Suggestion.objects.filter(pk=SuggestionFactory().pk).update(text_digest="f" * 64),
    "deleted suggestion": lambda: Suggestion.objects.filter(pk=SuggestionFactory().pk).delete(),
    "changed check": lambda: Screening.objects.filter(pk=screening(decision=Decision.ACCEPTED).pk).update(words="改"),
    "deleted check": lambda: Screening.objects.filter(pk=screening(decision=Decision.ACCEPTED).pk).delete(),
    "changed answer": lambda: Reply.objects.filter(pk=reply().pk).update(text="改"),
    "deleted answer": lambda: Reply.objects.filter(pk=reply().pk).delete(),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_database_refuses(case):
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[case]()


def test_state_and_public_wording_of_a_suggestion_move():
    suggestion = SuggestionFactory()

    moved = Suggestion.objects.filter(pk=suggestion.pk).update(
        state=SuggestionState.ACCEPTED, public_title="题", public_matter="事", public_wish="愿"
    )

    suggestion.refresh_from_db()
    assert (moved, suggestion.state, suggestion.public_title) == (1, SuggestionState.ACCEPTED, "题")


def test_rows_name_themselves_without_personal_data():
    contact = ContactFactory(name="张三", phone="13800001111")

    names = f"{contact} {contact.suggestion} {NeedLinkFactory()} {reply()} {screening(decision=Decision.ACCEPTED)}"

    assert contact.suggestion.number in names
    assert not [word for word in ("张三", "13800001111", contact.suggestion.title) if word in names]
