"""Areas, organisations and cycles."""

from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.querysets import AreaQuerySet, OrganisationQuerySet
from livelihood.cycles.states import DecisionMode, Level, OrganisationKind, Phase
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.fields import FoldedField
from livelihood.kernel.search import search_column, search_index
from livelihood.kernel.text import for_reader
from livelihood.kernel.uploads import FileKind


class Named(models.Model):
    """A row with a Chinese name and, where there is one, an English name."""

    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where no English one is known."""
        return for_reader(self.name_zh, self.name_en)


class Sourced(models.Model):
    """A row that may repeat a published fact.

    `source` cites where it was published; empty means that it was entered in the portal (in a demo: invented).
    """

    source = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class Lasting(models.Model):
    """A row that is valid from a day to a day, both included; an empty one is open. What has ended stays."""

    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_valid_on(self, day: date) -> bool:
        """Say whether the row is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class FormerName(Named):
    """What a row was called before, until the last day of that name. Written when it is renamed; changes no more."""

    until = models.DateField()

    class Meta:
        abstract = True


class Area(Named, Sourced, Lasting):
    """A province, city, county or township. Loaded from shipped data, entered by an administrator or by a sheet.

    A code is never used again: an area that ended keeps its years, and `successor` says what it was merged into.
    path: the codes from the province down to this area, as 330000/330100/330102/. The database keeps it, because codes
    do not tell what lies below: 429004 lies in 420000, 441900 has towns and no counties.
    source: the code table that the row was read from. search: its names and its slug, folded.
    """

    code = models.CharField(max_length=9, unique=True, validators=[RegexValidator(r"^\d{6}(\d{3})?$")])
    slug = models.SlugField(max_length=80, unique=True)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=40, db_default="", editable=False)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    search = search_column("name_zh", "name_en", "slug")

    objects = AreaQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("level", Level),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{6}(\d{3})?$"),
                name="%(app_label)s_%(class)s_code_form",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE, parent__isnull=True)
                | (~Q(level=Level.PROVINCE) & Q(parent__isnull=False)),
                name="%(app_label)s_%(class)s_province_is_root",
            ),
            models.CheckConstraint(
                condition=Q(slug__regex=r"[a-z]"),
                name="%(app_label)s_%(class)s_slug_is_no_code",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | (Q(valid_to__isnull=False) & ~Q(successor=F("id"))),
                name="%(app_label)s_%(class)s_successor_of_ended",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="cycles_area_below"),
            # Those highest up first, as searches list them.
            models.Index(Length("path"), "code", name="cycles_area_highest"),
            search_index("cycles_area_search"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def codes(self) -> list[str]:
        """The codes from the province down to this area."""
        return self.path.rstrip("/").split("/")

    @property
    def depth(self) -> int:
        """How many areas lead to this one, itself counted."""
        return self.path.count("/")

    @property
    def area_id(self) -> int:
        """Of what is done to an area itself, the journal finds it in that area."""
        return self.pk

    def contains(self, other: "Area") -> bool:
        """Say whether `other` is this area or lies below it."""
        return other.path.startswith(self.path)

    def child_towards(self, other: "Area") -> str | None:
        """Return the code of the area directly below this one in which `other` lies, or which it is; None elsewhere."""
        below = self.contains(other) and other.pk != self.pk
        return other.path.split("/")[self.depth] if below else None


class FormerAreaName(FormerName):
    """What an area was called before; see `FormerName`."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="former_names")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "until"], name="%(app_label)s_%(class)s_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.area_id} {self.name_zh}"


class Organisation(Named, Lasting):
    """An office, department or unit that acts in a cycle. Entered by page or by sheet; never removed.

    folded: the name as all its spellings share it, unique within the area.
    formerly_zh, formerly_en: its name before the last change. renamed_on: the first day of the present one.
    contact, phone: who is to be asked there, and the number of the office; shown to those who keep organisations.
    merged_into: the one that took its place; only of an organisation that has ended.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="organisations", verbose_name=_("area"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    folded = FoldedField(of="name_zh", max_length=100, editable=False)
    formerly_zh = models.CharField(max_length=100, blank=True)
    formerly_en = models.CharField(max_length=200, blank=True)
    renamed_on = models.DateField(null=True, blank=True)
    contact = models.CharField(_("Contact"), max_length=60, blank=True)
    phone = models.CharField(_("Office telephone"), max_length=40, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", OrganisationKind),
            models.UniqueConstraint(
                fields=["area", "folded"],
                name="%(app_label)s_%(class)s_unique_in_area",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(valid_to__isnull=False) & ~Q(merged_into=F("id"))),
                name="%(app_label)s_%(class)s_merged_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="%(app_label)s_%(class)s_not_above_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class OrganisationAlias(models.Model):
    """A short name by which an organisation is found, for instance in a sheet."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=100)
    folded = FoldedField(of="name", max_length=100, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "folded"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["folded"], name="cycles_alias_folded")]

    def __str__(self) -> str:
        return self.name


class FormerOrganisationName(FormerName):
    """What an organisation was called before; see `FormerName`."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_names")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "until"], name="%(app_label)s_%(class)s_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name_zh}"


class Cycle(models.Model):
    """One area's livelihood projects of one year: the root every other row hangs on. Read-only while closed.

    `year` is the year in which the projects are carried out; suggestions are collected the autumn before.
    A draft may be changed or, while nothing hangs on it, deleted: it is the only row that is.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="cycles")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    decision_mode = models.CharField(max_length=10, choices=DecisionMode)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.DRAFT)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("decision_mode", DecisionMode),
            choices_constraint("phase", Phase),
            models.UniqueConstraint(fields=["area", "year"], name="%(app_label)s_%(class)s_one_a_year"),
            models.CheckConstraint(
                condition=Q(year__range=(2000, 2100)),
                name="%(app_label)s_%(class)s_year_range",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.area_id}/{self.year}"

    def address(self, name: str, **parts: object) -> str:
        """Return the address of a page of this year; nothing else builds one. name: with its room, `projects:site`."""
        return reverse(name, kwargs={"area": self.area.slug, "year": self.year, **parts})


class PhasePeriod(models.Model):
    """The planned dates of one phase of a cycle; both days are included."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="periods")
    phase = models.CharField(max_length=10, choices=Phase)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("phase", Phase),
            models.UniqueConstraint(fields=["cycle", "phase"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(phase=Phase.DRAFT), name="%(app_label)s_%(class)s_of_no_draft"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.phase} {self.starts_on}–{self.ends_on}"


class PhaseMove(models.Model):
    """That a cycle moved on to its next phase. Written with the move; changes once, when the move is taken back.

    old, new: the phase that ended and the one that began. before: the dates they had until then, as phase → [first day,
    last day]. reason: why it was early, before the planned last day had passed.
    moved_by, taken_back_by: keys of persons, as the journal has them: the frame knows none.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="moves")
    old = models.CharField(max_length=10, choices=Phase)
    new = models.CharField(max_length=10, choices=Phase)
    before = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    moved_at = models.DateTimeField()
    moved_by = models.BigIntegerField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.BigIntegerField(null=True, blank=True)
    why_taken_back = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("old", Phase),
            choices_constraint("new", Phase),
            pair_constraint("taken_back"),
            models.UniqueConstraint(
                fields=["cycle", "new"],
                condition=Q(taken_back_at__isnull=True),
                name="%(app_label)s_%(class)s_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.old}–{self.new}"

    @property
    def planned_end(self) -> date | None:
        """The last day that the phase before had until the move."""
        return date.fromisoformat(self.before[self.old][1]) if self.old in self.before else None


class Adoption(models.Model):
    """The decision by which a list came that was decided elsewhere. A correction is a further row; the last counts.

    decided_by: the body and its session. number: of the document. content: its file, kept as it came.
    withdrawn: that the adoption was taken back, so that the year is a draft again.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="adoptions")
    decided_by = models.CharField(max_length=200)
    number = models.CharField(max_length=100)
    decided_on = models.DateField()
    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=FileKind)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    adopted_by = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)
    why_withdrawn = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", FileKind),
            pair_constraint("withdrawn"),
            models.CheckConstraint(condition=~Q(number=""), name="%(app_label)s_%(class)s_has_number"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number}"


class Edition(models.Model):
    """What areas and years are called as they stand now: one row, which the database changes with every change of them.

    Whoever remembers them beyond a request keeps the stamp too, and is right as long as it is the same. It is drawn at
    random: a number would come again after a change that was taken back.
    """

    stamp = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="%(app_label)s_%(class)s_only_one")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Aspect(Named):
    """One of a cycle's fields of life (民生领域), for instance medical care. Numbered as on the published list."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="aspects")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(fields=["cycle", "name_zh"], name="%(app_label)s_%(class)s_unique_name"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number} {self.name_zh}"
