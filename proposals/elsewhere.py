"""What is no matter for this portal: the other office that a text seems to be for, by words that tell. Only a hint."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class OtherOffice:
    """An office that acts on such matters. number: its telephone, if one holds in every place.

    words: in small letters, what such texts say.
    """

    name: Text
    what: Text
    number: str
    words: tuple[str, ...]


OTHER_OFFICES = (
    OtherOffice(
        _("12345 hotline"),
        _("Something broken, noise, a shop, a car in the way: single matters are put right there within days."),
        "12345",
        (
            "路灯不亮", "路灯坏", "井盖", "扰民", "油烟", "违停", "乱停", "停水", "停电", "漏水",
            "占道经营", "退款", "不退钱",
            "street lamp", "noise", "refund", "power cut", "leak",
        ),
    ),
    OtherOffice(
        _("Letters and visits office"),
        _("A complaint about an office or its staff, or a decision in your case, has a procedure of its own there."),
        "",
        (
            "信访", "上访", "申诉", "不作为", "乱作为", "推诿", "态度恶劣", "拆迁补偿", "征地补偿",
            "petition", "complain about", "compensation for my",
        ),
    ),
    OtherOffice(
        _("Courts or arbitration"),
        _("Debts, wages, contracts, divorce and what a court has decided are settled there alone."),
        "12368",
        (
            "起诉", "诉讼", "判决", "法院", "仲裁", "离婚", "欠薪", "拖欠工资", "欠我钱", "合同纠纷",
            "lawsuit", "court", "judgment", "unpaid wages", "divorce", "arbitration",
        ),
    ),
    OtherOffice(
        _("Discipline inspection and supervision"),
        _("Reports of corruption are taken there, also without a name. Do not write them here, where others read."),
        "12388",
        (
            "贪污", "受贿", "行贿", "腐败", "以权谋私", "挪用公款", "回扣", "违纪", "举报",
            "bribe", "corrupt", "embezzle",
        ),
    ),
)  # fmt: skip
"""Source: docs/sources.md (other-offices)."""


def offices_for(texts: Iterable[str]) -> list[OtherOffice]:
    """Return the offices that such texts seem to be for."""
    written = "\n".join(texts).lower()
    return [office for office in OTHER_OFFICES if any(word in written for word in office.words)]
