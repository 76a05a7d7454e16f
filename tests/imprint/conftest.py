"""Who sets, and one way to do it."""

from collections.abc import Callable
from typing import Any

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.imprint import selectors, services
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.values import Content
from tests.factories.frame import NOW, ProvinceFactory, official

Write = Callable[..., SettingVersion]


@pytest.fixture
def administrator(db: None) -> User:
    return official(Role.ADMINISTRATOR, ProvinceFactory())


@pytest.fixture
def write(administrator: User) -> Write:
    """Write a setting as somebody who has just looked."""

    def write(key: str, text_zh: str = "", **more: Any) -> SettingVersion:
        setting = selectors.setting_of(key)
        assert setting is not None
        seen = more.pop("seen", selectors.newest_number(key))
        by = more.pop("by", administrator)
        return services.write_setting(setting=setting, content=Content(text_zh, **more), seen=seen, by=by, at=NOW)

    return write
