"""Units are kept as they were published; whoever reads another language is told the usual ones in theirs."""

from collections.abc import Mapping

from django.utils.translation import get_language, pgettext_lazy

from livelihood.kernel.errors import Text

WORDS: Mapping[str, Text] = {
    "个": pgettext_lazy("unit", "units"),
    "台": pgettext_lazy("unit", "machines"),
    "座": pgettext_lazy("unit", "buildings"),
    "栋": pgettext_lazy("unit", "buildings"),
    "处": pgettext_lazy("unit", "places"),
    "家": pgettext_lazy("unit", "facilities"),
    "所": pgettext_lazy("unit", "schools or stations"),
    "套": pgettext_lazy("unit", "sets"),
    "条": pgettext_lazy("unit", "lines"),
    "张": pgettext_lazy("unit", "beds"),
    "场": pgettext_lazy("unit", "events"),
    "种": pgettext_lazy("unit", "kinds"),
    "次": pgettext_lazy("unit", "times"),
    "户": pgettext_lazy("unit", "households"),
    "人": pgettext_lazy("unit", "people"),
    "名": pgettext_lazy("unit", "people"),
    "人次": pgettext_lazy("unit", "visits"),
    "万人": pgettext_lazy("unit", "ten thousand people"),
    "万人次": pgettext_lazy("unit", "ten thousand visits"),
    "万个": pgettext_lazy("unit", "ten thousand"),
    "公里": pgettext_lazy("unit", "km"),
    "千米": pgettext_lazy("unit", "km"),
    "米": pgettext_lazy("unit", "m"),
    "平方米": pgettext_lazy("unit", "m²"),
    "万平方米": pgettext_lazy("unit", "ten thousand m²"),
    "天": pgettext_lazy("unit", "days"),
    "具": pgettext_lazy("unit", "pieces"),
    "万元": pgettext_lazy("unit", "ten thousand yuan"),
    "亿元": pgettext_lazy("unit", "hundred million yuan"),
}


def unit_name(unit: str) -> str:
    """Name a unit to who reads: as it was published in Chinese, and where no other word is known for it."""
    if (get_language() or "").startswith("zh"):
        return unit
    return str(WORDS.get(unit, unit))
