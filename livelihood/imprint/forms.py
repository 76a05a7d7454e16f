"""The form of a setting, made from its row: which fields it has follows from what it holds."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livelihood.imprint.declared import Setting, SettingKind, shipped
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.pictures import drawn_anew
from livelihood.imprint.values import ENGLISH, TITLE_EN, TITLE_ZH, Content
from livelihood.kernel.errors import DomainError
from livelihood.kernel.forms import CleanText

MARKDOWN = _(
    "Paragraphs are parted by an empty line. ## begins a heading, - an item of a list; [words](https://…) is a link."
    " HTML is shown as it is typed."
)
ROWS = {SettingKind.LINES: 5, SettingKind.PAGE: 18}
PAGE_NAMES = ("title_zh", "text_zh", "title_en", "text_en")


class SettingForm(forms.Form):
    """What is given for one setting. An empty form gives back what was shipped."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, setting: Setting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting = setting
        if setting.kind == SettingKind.PICTURE:
            self.fields["file"] = forms.FileField(label=setting.label, help_text=setting.help, required=False)
        else:
            self._add_texts(setting)
        self.order_fields([*PAGE_NAMES, "file", "seen"])

    def _add_texts(self, setting: Setting) -> None:
        is_page, rows = setting.kind == SettingKind.PAGE, ROWS.get(setting.kind, 0)
        help_text = MARKDOWN if is_page else setting.help
        label = _("Text in Chinese") if is_page else _("In Chinese") if setting.is_translated else setting.label
        self.fields["text_zh"] = CleanText((0, setting.most), rows=rows, label=label, help_text=help_text)
        self.fields["text_zh"].widget.attrs["placeholder"] = setting.example
        if is_page:
            self.fields["title_zh"] = CleanText((0, TITLE_ZH), label=_("Title in Chinese"))
            self.fields["title_en"] = CleanText((0, TITLE_EN), label=_("Title in English"))
        if setting.is_translated:
            label = _("Text in English") if is_page else _("In English")
            self.fields["text_en"] = CleanText((0, setting.most * ENGLISH), rows=rows, label=label)

    def clean_file(self) -> Any:
        """Draw the picture anew, so that a damaged one is refused at its field."""
        file = self.cleaned_data["file"]
        try:
            return drawn_anew(file, least=self.setting.least) if file else None
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error

    def content(self) -> Content:
        """Return what the service takes."""
        data = self.cleaned_data
        return Content(**{name: data.get(name, "") for name in PAGE_NAMES}, picture=data.get("file"))


class PageForm(SettingForm):
    """A page that is added, with the end of its address."""

    key = CleanText(
        (1, 40),
        label=_("Address"),
        help_text=_("Small letters, digits and single hyphens, for instance opening-hours"),
    )
    field_order = ("key",)

    def __init__(self, setting: Setting, *args: Any, **kwargs: Any) -> None:
        super().__init__(setting, *args, **kwargs)
        del self.fields["seen"]


def standing(setting: Setting, versions: Sequence[SettingVersion]) -> dict[str, object]:
    """Return what stands in the form: the newest version, or what a page or a purpose was shipped with.

    versions: newest first.
    """
    version = versions[0] if versions else None
    if version is not None and not version.is_empty:
        return {"seen": version.number} | {name: getattr(version, name) for name in PAGE_NAMES}
    found: dict[str, object] = {"seen": version.number if version is not None else 0}
    if setting.kind == SettingKind.PAGE:
        for language, name in (("zh-hans", "zh"), ("en", "en")):
            found |= {f"title_{name}": in_language(setting.label, language), f"text_{name}": shipped(setting.key, name)}
    elif setting.default:
        found |= {"text_zh": in_language(setting.default, "zh-hans"), "text_en": in_language(setting.default, "en")}
    return found


def in_language(text: Any, language: str) -> str:
    """Return words that are shipped in a language, whoever reads."""
    with translation.override(language):
        return str(text)
