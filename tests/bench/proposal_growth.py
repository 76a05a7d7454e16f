"""How the pages of suggestions and needs grow: with 10,000 suggestions, then with 100,000."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from livelihood.cycles.models import Cycle
from livelihood.kernel.numbers import make_reference
from proposals import services
from proposals.models import Need, Suggestion
from proposals.states import SuggestionState
from tests.bench.figure import Figure, grown
from tests.bench.growth import opened
from tests.bench.place import settle
from tests.bench.scene import Scene

FEW, MANY = 10_000, 100_000
UNUSED = 10_000_000
"""Beyond every number that the service has drawn."""
A_NEED = 20
"""Suggestions for each need: 5,000 needs with 100,000 suggestions."""

WORDS = (
    "电梯 老人 小区 停车 公园 学校 医院 食堂 路灯 公交 地铁 垃圾 分类 河道 污水 绿化 "
    "步道 球场 幼儿 托育 养老 护理 药店 医保 居民 街道 社区 村庄 道路 桥梁 管网 燃气 "
    "供水 供电 网络 信号 图书 文化 体育 健身 残疾 无障 阶梯 坡道 楼道 屋顶 外墙 漏水 "
    "消防 通道 充电 车棚 菜场 超市 夜间 噪声 油烟 积水 内涝 山体 农田 灌溉 快递 驿站 "
    "厕所 饮水 校车 课后 午餐 假期 就业 培训 创业 工资 租房 公寓 改造 加装 新建 修复 "
    "增设 延长 开放 免费 补助 便民 排队 预约 窗口 证件 异地 办理 手机 老旧 边远 山区 "
    "海岛 "
)

SUGGESTIONS = """
INSERT INTO proposals_suggestion (
    cycle_id, number, code_hash, channel, title, matter, wish, aspect_id, area_id, address, text_salt, text_digest,
    idempotency_key, body_digest, received_at, state, public_title, public_matter, public_wish, is_linked, is_adopted,
    is_replied, has_contact
)
SELECT %(cycle)s, reference, '', 'web', title, matter, wish,
    aspects.ids[number %% cardinality(aspects.ids) + 1], areas.ids[number %% cardinality(areas.ids) + 1], '', '', '',
    'bench' || number, '', now() - number * interval '3 seconds', made.state,
    CASE state WHEN 'accepted' THEN title ELSE '' END, CASE state WHEN 'accepted' THEN matter ELSE '' END,
    CASE state WHEN 'accepted' THEN wish ELSE '' END, false, false, false, false
FROM (
    SELECT reference, place + %(already)s AS number
    FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS given (reference, place)
) AS numbered
CROSS JOIN (SELECT array_agg(id) AS ids FROM cycles_aspect WHERE cycle_id = %(cycle)s) AS aspects
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM cycles_area) AS areas
CROSS JOIN LATERAL (
    SELECT (ARRAY['received', 'received', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'declined',
        'handed_over', 'received'])[number %% 10 + 1] AS state,
        left(string_agg(word, '') FILTER (WHERE place <= 6), 50) || '第' || number || '号' AS title,
        string_agg(word, '') FILTER (WHERE place > 6 AND place <= 50) AS matter,
        string_agg(word, '') FILTER (WHERE place > 50) AS wish
    FROM (
        SELECT place, (%(words)s::text[])[floor(random() * %(count)s + number * 0)::int + 1] AS word
        FROM generate_series(1, 65) AS place
    ) AS drawn
) AS made
"""
"""Not by the services, which would take minutes: what is measured here is reading."""
NEEDS = """
INSERT INTO proposals_need (
    cycle_id, number, title, summary, area_id, aspect_id, opened_at, opened_by_id, outcome, reason, support, source
)
SELECT cycle_id, row_number() OVER (ORDER BY id) + %(before)s, title, matter, area_id, aspect_id, now(), %(office)s,
    'open', '', 0, ''
FROM proposals_suggestion
WHERE cycle_id = %(cycle)s AND state = 'accepted' AND NOT is_linked ORDER BY id LIMIT %(needs)s
"""
LINKS = """
WITH wanted AS MATERIALIZED (
    SELECT id, cycle_id, 1 + floor(power(random(), 3) * (SELECT max(number) FROM proposals_need))::int AS number
    FROM proposals_suggestion WHERE cycle_id = %(cycle)s AND state = 'accepted' AND NOT is_linked
)
INSERT INTO proposals_needlink (suggestion_id, need_id, linked_at, linked_by_id)
SELECT wanted.id, need.id, now(), %(office)s
FROM wanted JOIN proposals_need AS need ON need.cycle_id = wanted.cycle_id AND need.number = wanted.number
"""
"""Few needs have very many behind them, most have few."""
CONTACTS = """
INSERT INTO proposals_suggestioncontact (suggestion_id, name, phone, email, person, notice, agreed_at)
SELECT id, '', '00000000' || repeat('A', 52), '', md5((id %% 5000)::text) || md5(''), 0, now() FROM proposals_suggestion
WHERE cycle_id = %(cycle)s AND id %% 2 = 0 AND NOT has_contact
"""
REPLIES = """
INSERT INTO proposals_reply (suggestion_id, organisation_id, text, replied_at, replied_by_id)
SELECT id, (SELECT min(id) FROM cycles_organisation), '已列入计划。', now(), %(office)s FROM proposals_suggestion
WHERE cycle_id = %(cycle)s AND state = 'accepted' AND id %% 10 = 0 AND NOT is_replied
"""


def growth(scene: Scene, *, quick: bool) -> Iterator[Figure]:
    """Open every page of the collecting year, with few suggestions and with many."""
    few, many = (FEW // 10, MANY // 10) if quick else (FEW, MANY)
    before, after = _with(scene, few), _with(scene, many)
    yield from grown("growth_proposals", f"from {few:,} to {many:,} suggestions", before, after)


def _with(scene: Scene, number: int) -> dict[str, list[float]]:
    """Let the year have so many suggestions, with their needs, links, contacts and replies, and open its pages."""
    cycle, words = scene.collecting, WORDS.split()
    given: dict[str, Any] = {
        "cycle": cycle.pk, "office": scene.office.pk, "words": words, "count": len(words),
        "already": Suggestion.objects.for_cycle(cycle).count(),
        "before": Need.objects.for_cycle(cycle).count(),
    }  # fmt: skip
    given["numbers"] = [
        make_reference(year=cycle.year, serial=UNUSED + serial) for serial in range(given["already"] + 1, number + 1)
    ]
    given["needs"] = number // A_NEED - given["before"]
    with connection.cursor() as cursor:
        for statement in (SUGGESTIONS, NEEDS, LINKS, CONTACTS, REPLIES):
            cursor.execute(statement, given)
    settle()
    if differences := services.recount_suggestions():
        raise RuntimeError(f"Figures are wrong: {differences[:3]}")
    return opened(_addresses(cycle), by=scene.office)


def _addresses(cycle: Cycle) -> dict[str, str]:
    public, desk = f"/{cycle.area.slug}/{cycle.year}", f"/desk/{cycle.area.slug}/{cycle.year}"
    middle = timezone.now() - timedelta(seconds=3 * Suggestion.objects.for_cycle(cycle).count() // 2)
    need = Need.objects.for_cycle(cycle).order_by("-support")[:1].get()
    accepted = Suggestion.objects.for_cycle(cycle).filter(state=SuggestionState.ACCEPTED).order_by("pk")[:1].get()
    which = accepted.idempotency_key.removeprefix("bench")
    return {
        "board": f"{public}/needs/",
        "board middle": f"{public}/needs/?after={_key(3, 0)}",
        "board aspect": f"{public}/needs/?aspect=3",
        "board common word": f"{public}/needs/?q=电梯",
        "need": f"{public}/needs/{need.number}/",
        "suggestions": f"{public}/suggestions/",
        "suggestions middle": f"{public}/suggestions/?after={_key(middle.isoformat(), 0)}",
        "suggestions aspect": f"{public}/suggestions/?aspect=3",
        "suggestions area": f"{public}/suggestions/?area=330106",
        "suggestions common word": f"{public}/suggestions/?q=电梯",
        "suggestions two words": f"{public}/suggestions/?q=电梯 老人",
        "suggestions rare word": f"{public}/suggestions/?q=第{which}号",
        "suggestions no such word": f"{public}/suggestions/?q=鲸鱼",
        "suggestions one character": f"{public}/suggestions/?q=梯",
        "statistics": f"{public}/statistics/",
        "home": f"{public}/",
        "search": "/search/?q=电梯",
        "desk": f"{desk}/suggestions/",
        "desk middle": f"{desk}/suggestions/?after={_key(middle.isoformat(), 0)}",
        "desk state": f"{desk}/suggestions/?state=received",
        "desk channel": f"{desk}/suggestions/?channel=letter",
        "desk unlinked": f"{desk}/suggestions/?linked=no",
        "desk common word": f"{desk}/suggestions/?q=电梯",
        "desk number": f"{desk}/suggestions/?q={accepted.number}",
        "desk part of a number": f"{desk}/suggestions/?q={accepted.number[6:11]}",
        "desk suggestion": f"{desk}/suggestions/{accepted.number}/",
        "desk needs": f"{desk}/needs/",
        "desk work": "/desk/",
        "api suggestions": "/api/v1/suggestions/",
        "api needs": "/api/v1/needs/",
    }


def _key(*values: object) -> str:
    """Return the key of a list after which a page begins, as the list itself writes it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
