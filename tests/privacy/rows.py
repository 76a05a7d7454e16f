"""One row of each kind that the clock forgets, as old as a test wants it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone

from livelihood.accounts.models import SentForm, SignIn, SignInCode, User, WrongCodes
from livelihood.accounts.states import Entrance
from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.states import ImportSection, ImportState
from livelihood.inbox.models import Message, Sending
from livelihood.inbox.states import MessageKind, SendingOutcome, SendingWay
from livelihood.jobs.models import Job, JobState
from tests.factories.frame import CityFactory, CycleFactory, LeaveFactory, PasskeyFactory, UserFactory
from tests.factories.proposals import ContactFactory


def contact(moment: datetime, phase: Phase = Phase.CLOSED) -> Any:
    return ContactFactory(suggestion__cycle=CycleFactory(phase=phase), suggestion__received_at=moment)


def closed_account(moment: datetime) -> Any:
    user = UserFactory(closed_at=moment, closed_by=UserFactory(), mail="zhang@office.example", phone="13800001111")
    PasskeyFactory(user=user)
    return user


def mail(moment: datetime) -> Any:
    return Job.objects.create(
        task="accounts.send_mail", key=f"mail:code:{moment}", state=JobState.DONE, requested_at=moment,
        finished_at=moment, arguments={"letter": "code", "username": "zhang"},
    )  # fmt: skip


def message(moment: datetime) -> Any:
    told = Message.objects.create(
        user=UserFactory(), kind=MessageKind.CAME, key="entry:1", text="一项工作", path="/desk/", told_at=moment
    )
    Sending.objects.create(user=told.user, way=SendingWay.SMS, message=told, send_after=moment)
    return told


def import_file(
    moment: datetime,
    kind: str = "people",
    state: ImportState = ImportState.WRITTEN,
    area: Area | None = None,
    person: User | None = None,
) -> Any:
    person = person or UserFactory()
    batch = Import.objects.create(
        kind=kind, area=area or CityFactory(), file_name="人员.xlsx", digest="0" * 64, content=b"PK",
        received_at=moment, received_by=person,
    )  # fmt: skip
    ImportPage.objects.create(of=batch, section=ImportSection.NEW, number=1, rows=[1], lines=b"x")
    if state != ImportState.RECEIVED:
        Import.objects.filter(pk=batch.pk).update(state=state, decided_at=moment, decided_by=person)
    return batch


MAKE: dict[str, Callable[[datetime], Any]] = {
    "contacts": contact,
    "closed-accounts": closed_account,
    "leaves": lambda moment: LeaveFactory(
        starts_on=timezone.localdate(moment) - timedelta(days=9), ends_on=timezone.localdate(moment)
    ),
    "one-time-codes": lambda moment: SignInCode.objects.create(
        user=UserFactory(), is_mailed=False, code_hash="a" * 64, issued_at=moment - timedelta(hours=1),
        expires_at=moment,
    ),
    "sign-ins": lambda moment: SignIn.objects.create(
        user=UserFactory(), at=moment, way=Entrance.PASSWORD, session_key="k"
    ),
    "sessions": lambda moment: Session.objects.create(session_key="k" * 32, session_data="x", expire_date=moment),
    "wrong-codes": lambda moment: WrongCodes.objects.create(key="a" * 64, count=1, forgotten_at=moment),
    "sent-forms": lambda moment: SentForm.objects.create(key="b" * 64, location="/", kept_at=moment),
    "mails": mail,
    "messages": message,
    "digests": lambda moment: Sending.objects.create(
        user=UserFactory(), way=SendingWay.MAIL, day=timezone.localdate(moment), send_after=moment, ended_at=moment,
        outcome=SendingOutcome.SENT,
    ),
    "import-files": import_file,
    "waiting-imports": lambda moment: import_file(moment, state=ImportState.RECEIVED),
}  # fmt: skip
