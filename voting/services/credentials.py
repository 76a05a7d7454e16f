"""Personal codes: issued by congress staff on cards, used once by the deputy."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.numbers import hash_code, make_code, possible_hashes
from livelihood.kernel.verdict import require
from voting import rules
from voting.acts import VotingAct
from voting.models import Credential, RollEntry, Round
from voting.services import _shared as shared
from voting.states import SignInWay

PURPOSE = "voting.credential"


class WrongCode(InvalidInput):
    """No card carries this code, or no longer."""

    code = "wrong_code"


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed for one deputy. code: shown this once; only its hash is kept."""

    number: int
    name: str
    delegation: str
    code: str


@transaction.atomic
def issue_credentials(*, round_: Round, by: User, at: datetime, delegation: str = "") -> list[Card]:
    """Issue a code to every deputy who has used none yet and may still vote; codes issued before are worthless.

    Whom the issuer has signed in is left out: one person alone shall not be able to vote for somebody who is absent.
    delegation: only its deputies; empty for the whole roll.

    :raises NotAllowed: not congress staff, the roll is not locked, or voting has closed.
    :raises InvalidInput: nobody needs a card.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_issue_credentials(by, round_, at))
    entries = round_.roll.filter(has_voted=False, struck_at__isnull=True).exclude(credential__used_at__isnull=False)
    entries = entries.exclude(signed_in_way=SignInWay.STAFF, signed_in_by=by)
    if delegation:
        entries = entries.filter(delegation=delegation)
    rows = list(entries.order_by("number"))
    if not rows:
        problem = _("Nobody needs a card of you: all have used theirs, voted, hold a paper, or were signed in by you.")
        raise InvalidInput(problem)
    cards = [Card(entry.number, entry.name, entry.delegation, make_code()) for entry in rows]
    Credential.objects.bulk_create(
        [
            Credential(
                entry=entry, code_hash=hash_code(card.code, purpose=PURPOSE), issued_at=at, issued_by=by, used_at=None
            )
            for entry, card in zip(rows, cards, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=["code_hash", "issued_at", "issued_by", "used_at"],
    )
    record(VotingAct.CREDENTIALS_ISSUED, round_, by=by, at=at, cards=len(cards), delegation=delegation)
    return cards


@transaction.atomic
def issue_credential(*, entry: RollEntry, by: User, at: datetime) -> Card:
    """Issue a new code to one deputy until the ballot is cast; the former one, used or not, is worthless.

    :raises NotAllowed: not congress staff, not the time for it, the deputy has voted, or was signed in by the issuer.
    """
    round_ = shared.share_round(entry.round)
    entry = RollEntry.objects.select_for_update().get(pk=entry.pk)
    require(rules.may_issue_credential(by, round_, entry, at))
    card = Card(entry.number, entry.name, entry.delegation, make_code())
    Credential.objects.update_or_create(
        entry=entry,
        defaults={
            "code_hash": hash_code(card.code, purpose=PURPOSE), "issued_at": at, "issued_by": by, "used_at": None,
        },
    )  # fmt: skip
    record(VotingAct.CREDENTIAL_ISSUED, entry, by=by, at=at, cycle_id=round_.cycle_id, round=round_.pk)
    return card


@transaction.atomic
def use_credential(*, code: str, at: datetime, in_hall_of: int | None = None) -> RollEntry:
    """Let a deputy in with the code of their card, which is used up by it.

    Nobody is signed in by it: who made the card could have come. in_hall_of: id of the year in whose hall the machine
    stands, where no other card is taken. The act is the deputy's own, whose code it is.

    :raises WrongCode: no such code, or another was issued since, or it is for another hall.
    :raises NotAllowed: used already, not the time for it, voted, or on paper.
    """
    hashes = possible_hashes(code, purpose=PURPOSE)
    known = Credential.objects.filter(code_hash__in=hashes).select_related("entry__round").first()
    if known is None:
        raise WrongCode(
            _("No card carries this code, or a new one was issued since. Check it, or ask congress staff."),
            field="code",
        )
    if in_hall_of not in (None, known.entry.round.cycle_id):
        raise WrongCode(_("This card is for another vote than this machine."), field="code")
    round_ = shared.share_round(known.entry.round)
    entry = RollEntry.objects.select_for_update(of=("self",)).select_related("deputy", "round").get(pk=known.entry_id)
    credential = Credential.objects.select_for_update().filter(pk=known.pk, code_hash=known.code_hash).first()
    if credential is None:
        raise WrongCode(_("A new card was issued since. Use that one."), field="code")
    credential.entry = entry
    require(rules.may_use_credential(round_, credential, at))
    credential.used_at = at
    credential.save(update_fields=["used_at"])
    record(VotingAct.CREDENTIAL_USED, entry, by=entry.deputy, at=at, cycle_id=round_.cycle_id, round=round_.pk)
    return entry
