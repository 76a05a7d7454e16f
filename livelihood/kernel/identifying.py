"""What in a text tells who somebody is, where they live or how to reach them: found by rule, with a mask for each.

Numbers are found in every spelling: any width, Chinese figures, spaces, dots and dashes between the groups. Names are
found where a title, a word of kin or a word that introduces stands by them; which characters are words, jieba's list
says. What is public by itself is no finding: hot lines, offices, sums, dates, standards, distances.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import rjieba
from django.db import models
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.folding import fold_characters

MASK = "*"
LONGEST = 50_000
"""Characters of a text that are looked at; the longest field of a form has far fewer."""


UNJUDGED = _("This may tell of somebody: {words}. Mask it, or say that it is no personal data.")
"""What is said of a text that is to be public while nobody has judged what was found in it."""


class Trait(models.TextChoices):
    """What was found. The order is that of the search: what is found first is not looked at again."""

    MAIL = "mail", _("Mail address")
    IDENTITY = "identity", _("Identity number")
    CARD = "card", _("Bank card")
    PHONE = "phone", _("Telephone number")
    CHAT = "chat", _("Name in a chat service")
    PLATE = "plate", _("Number plate")
    HOME = "home", _("House or room number")
    NAME = "name", _("Name of a person")


@dataclass(frozen=True, slots=True)
class Found:
    """A place of a text, from `start` to `end`. words: what stands there; masked: what is proposed instead."""

    trait: Trait
    start: int
    end: int
    words: str
    masked: str


_S = r"[ \t.\-\u2010-\u2015\u2212·•_]{0,2}"
_FIGURES = str.maketrans("\u3007零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
_NO_SUM = r"(?!\d|[.,]\d|[ ]?(?:元|万|亿|平方|公里))"


_IDENTITY = _S.join([r"[1-9]", *[r"\d"] * 16, "[0-9Xx]"])
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_MOBILE = "|".join([
    rf"1[3-9]\d{_S}\d{{4}}{_S}\d{{4}}", rf"1[3-9]\d{_S}\d{{3}}{_S}\d{{5}}", rf"1[3-9]\d\d{_S}\d{{3}}{_S}\d{{4}}",
    rf"1[3-9]\d\d{_S}\d{{4}}{_S}\d{{3}}", rf"1[3-9]\d{{3}}{_S}\d{{3}}{_S}\d{{3}}",
    r"1(?P<gap>[ \t.\-\u2010-\u2015·_])[3-9](?:(?P=gap)\d){9}",
])  # fmt: skip
_LAND = rf"\(?0(?:10|2\d|[3-9]\d{{2}})\)?{_S}[2-8]\d{{2,3}}{_S}\d{{4}}"
_AFTER = r"(?:号码|号)?[是为]?[: ]{0,2}"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "[A-HJ-NP-Za-hj-np-z]"
_NUMERAL = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,5})"
_HOUSE = r"(?:\d{1,4}|[A-Za-z]\d{0,3}|[一二三四五六七八九十]{1,3})[ ]?(?:号楼|幢|栋|座|#楼|#)[ ]?"
_UNIT = rf"{_NUMERAL}[ ]?(?:单元|梯)[ ]?"
_ROOM = r"(?:\d{3,4}|[\u3007零一二三四五六七八九]{3,4})[ ]?(?:室|房)?(?![\d.]|[ ]?(?:元|米|平|户|人|个|年|万))"


def _is_of_somebody(number: str) -> bool:
    """Say whether 18 signs are an identity number: by the day of birth, or by the sign of check (GB 11643)."""
    digits = re.sub(r"[^\dXx]", "", number)
    if re.fullmatch(rf"\d{{6}}(?:18|19|20)\d{{2}}{_DAY}\d{{3}}[\dXx]", digits):
        return True
    weighed = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits[:17]))
    return "10X98765432"[weighed % 11] == digits[17].upper()


def _is_card(number: str) -> bool:
    """Say whether a number fits the sum of check of cards (Luhn)."""
    digits = [int(digit) for digit in re.sub(r"\D", "", number)][::-1]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _is_private(address: str) -> bool:
    return not address.lower().endswith(".gov.cn")


def _always(_words: str) -> bool:
    return True


# What is looked for; how many characters at its beginning stay, to tell what it was; what must be true of it.
_RULES: list[tuple[Trait, re.Pattern[str], int, Callable[[str], bool]]] = [
    (trait, re.compile(pattern, re.ASCII), kept, is_true)
    for trait, kept, is_true, *pattern_parts in (
        (Trait.MAIL, 1, _is_private, r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
        (Trait.IDENTITY, 3, _is_of_somebody, rf"(?<![\dA-Za-z]){_IDENTITY}(?![\dA-Za-z])"),
        (Trait.IDENTITY, 3, _always, rf"(?<![\dA-Za-z])[1-9]\d{{7}}{_DAY}\d{{3}}(?![\dA-Za-z])"),
        (
            Trait.CARD, 3, _always,
            r"(?:(?<=卡号)|(?<=账号)|(?<=帐号)|(?<=账户))", rf"{_AFTER}(?:\d{_S}){{11,18}}\d(?!\d)",
        ),
        (
            Trait.CARD, 3, _is_card,
            r"(?<![\dA-Za-z])[3-9]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\dA-Za-z])",
        ),
        (Trait.PHONE, 3, _always, rf"(?<![\d.])(?:(?:\+|00)?\(?86\)?{_S})?(?:{_MOBILE}){_NO_SUM}"),
        (Trait.PHONE, 3, _always, rf"(?<![\d.])(?:(?:\+|00)86{_S})?{_LAND}{_NO_SUM}"),
        (
            Trait.PHONE, 0, _always,
            r"(?:(?<=电话)|(?<=座机)|(?<=手机)|(?<=传真)|(?<=联系方式))",
            rf"{_AFTER}[2-8]\d{{2,3}}{_S}\d{{4}}(?!\d)",
        ),
        (
            Trait.CHAT, 0, _always,
            r"(?:(?<=微信)|(?<=加微)|(?<=[Qq]{2})|(?<=扣扣)|(?<=(?<![A-Za-z])[vVwW][xX])|(?<=[Ww]e[Cc]hat)|(?<=weixin))",
            rf"{_AFTER}(?:[A-Za-z][A-Za-z0-9_-]{{4,19}}|\d{{5,12}})(?![A-Za-z0-9])",
        ),
        (
            Trait.PLATE, 2, _always,
            rf"[{_PROVINCES}]{_LETTER}[·•. -]?(?=(?:[A-Za-z]{{0,5}}\d){{3}})",
            rf"(?:{_LETTER}|\d){{4,5}}(?:{_LETTER}|[\d挂学警港澳])(?![A-Za-z0-9])",
        ),
        (Trait.HOME, 0, _always, rf"(?<![\dA-Za-z]){_HOUSE}(?:{_UNIT})?{_ROOM}"),
        (Trait.HOME, 0, _always, rf"(?<![\dA-Za-z]){_UNIT}{_ROOM}"),
        (Trait.HOME, 0, _always, r"(?<![\dA-Za-z-])\d{1,3}-\d{1,2}-\d{3,4}[ ]?室"),
        (Trait.HOME, 0, _always, r"(?<=[苑园村庭城湾住家])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-])"),
        (Trait.HOME, 0, _always, r"(?<![\dA-Za-z-])[1-9]\d{2,3}室(?![内外友])"),
        (
            Trait.HOME, 0, _always,
            r"(?<=[路街道巷弄里村组社墩同])\d{1,4}(?:[-之]\d{1,3})?",
            r"号(?![线口门桥馆文令通公高标码泵隧机井路]|地块)",
        ),
        (Trait.HOME, 0, _always, r"(?:(?<=住)|(?<=[住家]在)|(?<=我家)|(?<=户))\d{1,4}号(?![线口桥])"),
    )
    for pattern in ["".join(pattern_parts)]
]  # fmt: skip


def findings(text: str) -> list[Found]:
    """Return what in a text tells of somebody, in order; no two of them share a character."""
    folded, places = fold_characters(text[:LONGEST])
    taken = bytearray(len(text))
    found: list[Found] = []
    for one in [*_by_rule(folded), *_names(folded)]:
        start, end = places[one.start], places[one.end - 1] + 1
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            words, hidden = (
                text[start:end],
                slice(places[one.hidden.start] - start, places[one.hidden.stop - 1] + 1 - start),
            )
            masked = words[: hidden.start] + _starred(one.trait, words[hidden]) + words[hidden.stop :]
            found.append(Found(one.trait, start, end, words, masked))
    return sorted(found, key=lambda one: one.start)


def mask(text: str, found: Sequence[Found]) -> str:
    """Return a text with what was found in it starred out, as long as it was."""
    signs = list(text)
    for one in found:
        signs[one.start : one.end] = one.masked
    return "".join(signs)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A place of the folded text. hidden: what of it is starred out."""

    trait: Trait
    start: int
    end: int
    hidden: slice


def _starred(trait: Trait, words: str) -> str:
    """Return stars for what was found; of a house its words stay, such as 幢, 单元, 室 and 号."""
    if trait == Trait.HOME:
        return re.sub(r"[0-9A-Za-z\uff10-\uff19\uff21-\uff3a\u3007零一二三四五六七八九十百]", MASK, words)
    return MASK * len(words)


def _by_rule(folded: str) -> Iterator[_Hit]:
    """Yield where the patterns fit."""
    spelled = folded.translate(_FIGURES)
    for trait, pattern, kept, is_true in _RULES:
        for hit in pattern.finditer(spelled if trait == Trait.PHONE else folded):
            if is_true(hit.group()):
                yield _Hit(trait, hit.start(), hit.end(), slice(hit.start() + kept, hit.end()))


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂"
    "章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶"
    "解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬和仇栾隋商刁沙荣巫寇桑"
    "赖萧阎郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "东方",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "端木",
    "南宫",
)
# Characters that are far oftener a word of their own than a name, where they stand alone.
_WORDS = frozenset("向于和任时应同连管过党有能都从及与单成师全原那来但由国位平强明满相官门公信权支区花海阿母车班师")
_TITLES = re.compile(
    "(?:副|总|老)?(?:先生|女士|小姐|太太|夫人|师傅|老师|阿姨|叔叔|大叔|伯伯|大伯|大爷|大妈|大娘|大姐|大哥|大嫂|爷爷|奶奶|婆婆|公公|"
    "伯母|婶婶|老汉|老太|老伯|姐|哥|嫂|叔|婶|姨|爷|伯|书记|主任|局长|县长|市长|镇长|乡长|区长|村长|社长|所长|处长|科长|股长|厅长|部长|"
    "站长|院长|校长|园长|队长|组长|会长|省长|州长|主席|检察长|总|经理|总经理|老板|董事长|医生|医师|大夫|护士|护士长|警官|民警|法官|律师|"
    "会计|院士|教授|工程师|代表|委员|同志|同学|司机|教练)"
)
_OFFICE = re.compile(
    "(?:书记|主任|[局县市镇乡区村所处科股厅部站院校园队组会省州]长|主席|经理|老板|董事长|医生|警官|律师|教练|老师)$"
)
_INTRODUCED = re.compile(r"(?:我叫|名叫|姓名|联系人|户主|法人|本人)[是为]?[: ]{0,2}$")
_RELATED = re.compile(
    r"(?:母亲|父亲|妈妈|爸爸|丈夫|妻子|老公|老婆|儿子|女儿|爱人|爷爷|奶奶|外公|外婆|哥哥|弟弟|姐姐|妹妹|孙子|孙女|邻居|居民|村民|业主|"
    r"司机|负责人|当事人|学生|职工|员工)$"
)
_IS_NEAR = re.compile(f"{_TITLES.pattern}|我叫|名叫|姓名|联系人|户主|法人|本人|{_RELATED.pattern[:-1]}")
_SIDES = frozenset("方")
"""Begins what jieba takes for names after 业主 and the like, and is none."""
_DRAWN_IN = frozenset("请找问给对跟叫让由")
"""What jieba joins with the surname that follows."""
SHORTEST_NAME, LONGEST_NAME, LONGEST_GIVEN = 2, 4, 2


class _Word(NamedTuple):
    word: str
    tag: str
    start: int


def _names(folded: str) -> Iterator[_Hit]:
    """Yield where names stand: before or behind a title, behind a word of kin, behind what introduces one."""
    if not _IS_NEAR.search(folded):
        return
    words: list[_Word] = []
    place = 0
    for word, tag in rjieba.tag(folded):
        is_joined = len(word) == len("请王") and word[0] in _DRAWN_IN and word[1] not in _SIDES
        for part in word if is_joined else [word]:
            words.append(_Word(part, tag, place))
            place += len(part)
    for number in range(len(words)):
        if hit := _name_at(words, number):
            yield hit


def _name_at(words: Sequence[_Word], number: int) -> _Hit | None:
    """Return the name that a word is, or begins; None where it is none."""
    (word, tag, start), following = words[number], [one.word for one in words[number + 1 : number + 3]]
    after = "".join(following if following[:1] == ["副"] else following[:1])
    title = len(after) if _TITLES.fullmatch(after) else 0
    before = "".join(one.word for one in words[max(0, number - 2) : number])
    if length := _joined(word):
        return _named(start, length, len(word))
    if _is_surname(word, tag):
        if title:
            return _named(start, len(word), len(word) + title)
        if _INTRODUCED.search(before) and re.fullmatch(r"[\u4e00-\u9fff]{1,2}", after) and word not in _WORDS:
            return _named(start, len(word) + len(after))
    elif length := _name_in(word, tag):
        if title:
            return _named(start, len(word), len(word) + title)
        if any(known.search(before) for known in (_INTRODUCED, _RELATED, _OFFICE)):
            return _named(start, length)
    return None


def _named(start: int, length: int, whole: int = 0) -> _Hit:
    return _Hit(Trait.NAME, start, start + (whole or length), slice(start, start + length))


def _is_surname(word: str, tag: str) -> bool:
    return word in _COMPOUND or (word in _SURNAMES and (word not in _WORDS or tag.startswith("nr")))


def _name_in(word: str, tag: str) -> int:
    """Return how long the name is that a word is, which may have drawn in what follows; 0 where it is none."""
    surname = 2 if word.startswith(_COMPOUND) else 1
    if not tag.startswith("nr") or len(word) < SHORTEST_NAME or len(word) > LONGEST_NAME or _TITLES.fullmatch(word):
        return 0
    if surname == 1 and (word[0] not in _SURNAMES or word[0] in _WORDS or word[0] in _SIDES):
        return 0
    return min(len(word), surname + LONGEST_GIVEN)


def _joined(word: str) -> int:
    """Return how long the name is in a word that is a name and a title, such as 王先生; 0 where it is none."""
    for length in (1, 2):
        if _is_surname(word[:length], "nr") and word[:length] not in _WORDS and _TITLES.fullmatch(word[length:]):
            return length
    return 0
