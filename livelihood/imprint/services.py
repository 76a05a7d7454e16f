"""Writing what the portal says of itself."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import moved
from livelihood.audit import services as audit
from livelihood.imprint import rules, selectors
from livelihood.imprint.acts import ImprintAct
from livelihood.imprint.declared import SETTINGS, SLUG, Setting, SettingKind, own_page
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.values import BadSetting, Content, checked
from livelihood.kernel.errors import Conflict, InvalidInput, Moved
from livelihood.kernel.verdict import require

SHOWN = 60
"""Characters of a text by which somebody knows again what a colleague has written."""

KEPT = ("title_zh", "title_en", "text_zh", "text_en", "picture", "width", "height")


@transaction.atomic
def write_setting(*, setting: Setting, content: Content, seen: int, by: User, at: datetime) -> SettingVersion:
    """Give a setting another content; an empty one gives back what was shipped.

    seen: number of the version that the person saw, 0 where there was none.

    :raises NotAllowed: not the administrator of the highest area.
    :raises Moved: somebody else has written it meanwhile.
    :raises InvalidInput: not what the setting holds, or what it holds already.
    """
    require(rules.may_keep_imprint(by, at))
    clean = checked(setting, content)
    _refuse_untitled(setting, clean)
    picture = clean.picture
    values = {
        "title_zh": clean.title_zh,
        "title_en": clean.title_en,
        "text_zh": clean.text_zh,
        "text_en": clean.text_en,
        "picture": picture.content if picture else None,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
    }
    version = _write(setting.key, values, seen=seen, by=by, at=at)
    audit.record(ImprintAct.SETTING_WRITTEN, version, by=by, at=at, key=version.key, number=version.number)
    return version


@transaction.atomic
def restore_setting(*, version: SettingVersion, seen: int, by: User, at: datetime) -> SettingVersion:
    """Write once more what an earlier version said.

    :raises NotAllowed: not the administrator of the highest area.
    :raises Moved: somebody else has written the setting meanwhile.
    :raises InvalidInput: it is what the setting says now.
    """
    require(rules.may_keep_imprint(by, at))
    values = {name: getattr(version, name) for name in KEPT} | {"restored_number": version.number}
    restored = _write(version.key, values, seen=seen, by=by, at=at)
    audit.record(ImprintAct.SETTING_RESTORED, restored, by=by, at=at, key=restored.key, number=restored.number)
    return restored


@transaction.atomic
def open_page(*, key: str, content: Content, by: User, at: datetime) -> SettingVersion:
    """Add a page of the office's own. key: the end of its address.

    :raises NotAllowed: not the administrator of the highest area.
    :raises InvalidInput: the address has another form or is taken, or the page has no title or no text.
    """
    require(rules.may_keep_imprint(by, at))
    if not SLUG.fullmatch(key):
        raise InvalidInput(_("Small letters, digits and single hyphens, for instance opening-hours"), field="key")
    if selectors.setting_of(key) is not None:
        raise InvalidInput(_("There is a page with this address already."), field="key")
    setting = own_page(key, content.title_zh)
    clean = checked(setting, content)
    if not clean.text_zh:
        raise BadSetting(_("A page needs a text."), field="text_zh")
    _refuse_untitled(setting, clean)
    values = {name: getattr(clean, name) for name in ("title_zh", "title_en", "text_zh", "text_en")}
    version = _write(key, values, seen=0, by=by, at=at)
    audit.record(ImprintAct.PAGE_OPENED, version, by=by, at=at, key=key, number=version.number)
    return version


def _refuse_untitled(setting: Setting, content: Content) -> None:
    if setting.kind == SettingKind.PAGE and content.text_zh and not content.title_zh:
        raise BadSetting(_("A page needs a title."), field="title_zh")


def _write(key: str, values: dict[str, Any], *, seen: int, by: User, at: datetime) -> SettingVersion:
    """Write the next version. Of two who saw the same one the second is refused, by its number at the latest."""
    newest = selectors.versions_of(key).first()
    if seen != (newest.number if newest else 0):
        raise _moved(newest)
    if newest is None and key in SETTINGS:
        newest = SettingVersion()
    if newest is not None and all(_plain(getattr(newest, name)) == _plain(values.get(name)) for name in KEPT):
        raise InvalidInput(_("This is what it says already; nothing was changed."))
    try:
        with transaction.atomic():
            version = SettingVersion.objects.create(key=key, number=seen + 1, written_at=at, written_by=by, **values)
    except IntegrityError as error:
        raise _moved(selectors.versions_of(key).first()) from error
    selectors.know(None)
    return version


def _moved(newest: SettingVersion | None) -> Conflict:
    """Return the refusal of who saw another version than the newest; without one, of who says to have seen one."""
    if newest is None:
        return Conflict()
    texts = (newest.title_zh, newest.title_en, newest.text_zh, newest.text_en)
    stands = " · ".join(Truncator(text).chars(SHOWN) for text in texts if text)
    said = stands or (_("another picture") if newest.picture else _("what the portal was shipped with"))
    return Moved(moved(newest.written_by.name, newest.written_at, said), seen=newest.number)


def _plain(value: Any) -> Any:
    """Make what the database holds comparable to what was given: bytes to bytes, nothing to nothing."""
    return bytes(value) if isinstance(value, memoryview) else value or None
