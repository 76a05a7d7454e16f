"""The intake of a year whose form is open: suggestions come in over the last weeks and are worked on."""

from collections.abc import Sequence

from livelihood.cycles.models import Area, Cycle
from livelihood.demo import intake, words
from livelihood.demo.facts import SuggestionFact
from livelihood.demo.people import Team
from livelihood.demo.stage import Stage, aspects_by_name
from proposals import selectors
from proposals import services as proposals
from proposals.models import Reply, Suggestion
from proposals.states import DeclineReason, InquiryTopic, ListedKind, SuggestionState

ASKS = proposals.Contact(name="演示人员", email="citizen@example.org", notice=0)
"""Every third leaves a contact, made up, and so asks for an answer."""


class Desk:
    """The intake of a year: suggestions come in over the weeks and are worked on some days later."""

    def __init__(self, stage: Stage, cycle: Cycle, team: Team) -> None:
        self.stage, self.cycle, self.team = stage, cycle, team
        self.chance = stage.chance(f"{cycle.area.slug}-letter")
        self.aspects = aspects_by_name(cycle)
        self.areas = list(Area.objects.filter(parent=cycle.area).order_by("code")) or [cycle.area]
        self.accepted: dict[str, list[Suggestion]] = {}

    def work(self, said: Sequence[SuggestionFact]) -> None:
        """Receive suggestions, work on those of some days ago, open the needs they speak of and answer some."""
        self._keep_words()
        rows = list(said)
        self.chance.shuffle(rows)
        for place, row in enumerate(rows):
            asks = ASKS if place % 3 == 0 else None
            self._take(row, offset=-29 + place * 29 // len(rows), contact=asks)
        for need, suggestions in self.accepted.items():
            self._gather(need, suggestions)
        self._ask_back()

    def _ask_back(self) -> None:
        """List words, weigh what waits, ask the sender of one of these and leave a note about it."""
        by, at = self.team.office, self.stage.at(-1, 17)
        proposals.list_words(cycle=self.cycle, kind=ListedKind.ADVERTISING, words=words.ADVERTISING, by=by, at=at)
        proposals.weigh_suggestions(at=at)
        waiting = Suggestion.objects.filter(cycle=self.cycle, state=SuggestionState.RECEIVED, received_at__lt=at)
        if (suggestion := waiting.order_by("pk").first()) is not None:
            proposals.ask_sender(
                suggestion=suggestion, topics=[InquiryTopic.WHERE, InquiryTopic.SINCE], text="", days=10, by=by, at=at
            )
            proposals.write_note(about=suggestion, text=words.NOTE, by=by, at=at)

    def _take(self, row: SuggestionFact, *, offset: int, contact: proposals.Contact | None) -> None:
        cited = [area for area in self.areas if area.name_zh == row.region]
        suggestion = intake.receive(
            self.cycle, words.said(row), channel=words.channel(row), office=self.team.office, chance=self.chance,
            contact=contact, aspect=self.aspects[words.ASPECT_OF[row.category]],
            area=(cited or [self.chance.choice(self.areas)])[0],
            at=self.stage.at(offset, 9 + self.chance.randrange(9), self.chance.randrange(60)),
        )  # fmt: skip
        worked_on = offset + self.chance.randint(1, 4)
        if worked_on <= 0:
            self._screen(row, suggestion, offset=worked_on)

    def _screen(self, row: SuggestionFact, suggestion: Suggestion, *, offset: int) -> None:
        by, at = self.team.office, self.stage.at(offset, 10)
        if handed_to := words.HANDED_TO.get(row.need):
            proposals.hand_over_suggestion(
                suggestion=suggestion, handed_to=handed_to, by=by, at=at,
                words=words.HAND_OVER_WORDS.format(office=words.OFFICES[handed_to]),
            )  # fmt: skip
        elif row.is_single_place:
            reason = DeclineReason.SINGLE_CLAIM
            proposals.decline_suggestion(
                suggestion=suggestion, reason=reason, words=words.SINGLE_CLAIM_WORDS, by=by, at=at
            )
        elif row.need in words.DECLINED:
            reason, text = words.DECLINED[row.need]
            proposals.decline_suggestion(suggestion=suggestion, reason=reason, words=text, by=by, at=at)
        else:
            intake.accept(suggestion, by=by, at=at)
            self.accepted.setdefault(row.need, []).append(suggestion)

    def _gather(self, name: str, suggestions: list[Suggestion]) -> None:
        by, at, aspect = self.team.office, self.stage.at(-1, 15), suggestions[0].aspect
        title, summary = words.NEEDS[name]
        need = proposals.open_need(
            cycle=self.cycle, title=title, summary=summary, aspect=aspect, area=self.cycle.area, by=by, at=at
        )
        for suggestion in suggestions:
            proposals.link_suggestion(suggestion=suggestion, need=need, by=by, at=at)
        if name in words.TURNED_DOWN:
            proposals.turn_down_need(need=need, reason=words.TURNED_DOWN[name], by=by, at=at)
        elif name in words.ANSWERED and aspect is not None:
            self._answer(name, suggestions[::2], department=words.DEPARTMENT_OF[aspect.name_zh])

    def _answer(self, need: str, suggestions: Sequence[Suggestion], *, department: str) -> None:
        """Say what is done about a need to some who ask for it, and tell the first of them later by when."""
        person = self.team.people[department]
        progress = list(selectors.progress_words_of(self.cycle.area))
        for place, suggestion in enumerate(suggestions):
            reply = proposals.reply_to_suggestion(
                suggestion=suggestion, organisation=self.team.units[department], text=words.answer(need),
                progress=progress[place % len(progress)], by=person, at=self.stage.at(-1, 16),
            )  # fmt: skip
            if place == 0 and isinstance(reply, Reply):
                text = words.answer(need, self.chance.choice(words.ANSWERED_BY))
                proposals.correct_reply(
                    reply=reply, text=text, progress=reply.progress,
                    why_corrected=words.WHY_CORRECTED, by=person, at=self.stage.at(-1, 17),
                )  # fmt: skip

    def _keep_words(self) -> None:
        """Give the office its words of progress and a text to answer with, once an area."""
        by, at = self.team.office, self.stage.at(-30, 9)
        if selectors.progress_words_of(self.cycle.area).exists():
            return
        for name in words.PROGRESS:
            proposals.name_progress(cycle=self.cycle, name=name, by=by, at=at)
        name, text = words.TEMPLATE
        proposals.write_template(cycle=self.cycle, name=name, text=text, by=by, at=at)
