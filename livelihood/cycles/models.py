"""Areas, organisations and cycles."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from livelihood.cycles.querysets import AreaQuerySet
from livelihood.cycles.states import DecisionMode, Level, OrganisationKind, Phase
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.text import for_reader

STEM_LENGTH = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9}


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


class Area(Named):
    """A province, city, county or township. Shipped as data; changes only when the state's code table changes."""

    code = models.CharField(max_length=9, unique=True, validators=[RegexValidator(r"^\d{6}(\d{3})?$")])
    slug = models.SlugField(max_length=40, unique=True)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"

    @property
    def stem(self) -> str:
        """The part of the code shared by everything below this area: 33 for 330000, 3301 for 330100."""
        return self.code[: STEM_LENGTH[Level(self.level)]]

    def contains(self, other: "Area") -> bool:
        """Say whether `other` is this area or lies below it."""
        return other.code.startswith(self.stem)


class Organisation(Named):
    """An office, department or unit that acts in a cycle. Created by the livelihood office; never removed."""

    kind = models.CharField(max_length=20, choices=OrganisationKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="organisations")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", OrganisationKind),
            models.UniqueConstraint(
                fields=["area", "name_zh"],
                name="%(app_label)s_%(class)s_unique_in_area",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name_zh}"


class Cycle(models.Model):
    """One area's livelihood projects of one year: the root every other row hangs on. Read-only once closed.

    `year` is the year in which the projects are carried out; suggestions are collected the autumn before.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="cycles")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    decision_mode = models.CharField(max_length=10, choices=DecisionMode)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.SOLICIT)
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
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.phase} {self.starts_on}–{self.ends_on}"


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
