"""The room's pages: addresses, answers to the form, and what a reader sees."""

import re
from typing import Any

from django.urls import reverse

KEY = "k" * 20
ANSWERS: dict[str, Any] = {
    "title": "老楼没有电梯",
    "matter": "清风街六层老楼没有电梯，老人下不了楼。",
    "wish": "请给同意的楼栋加装电梯。",
    "aspect": "",
    "address": "清风街3号",
    "contact_name": "张三",
    "contact_phone": "13800001111",
    "contact_email": "",
    "consent": "0",
    "idempotency_key": KEY,
}


def at(name, cycle, **more):
    return reverse(f"proposals:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, **more})


def text_of(response):
    """Return what a reader sees of a page: no tags, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def answers(cycle, **changes):
    return {**ANSWERS, "area": cycle.area.code, **changes}
