"""Names of areas in Latin letters: Hanyu Pinyin with the English word for the kind of area, and names for addresses.

Source: GB/T 28039-2011 writes a name's syllables as one word, with an apostrophe before a, o and e. Names of one
syllable keep the Chinese word for the kind: 单县 is Shanxian County. Names that Mongolian, Tibetan or Uyghur have given
are written as their Chinese characters are read; an administrator may write another English name.
"""

import re
from functools import cache

from pypinyin import Style, lazy_pinyin

PROVINCES = {
    "110000": "Beijing",
    "120000": "Tianjin",
    "130000": "Hebei Province",
    "140000": "Shanxi Province",
    "150000": "Inner Mongolia Autonomous Region",
    "210000": "Liaoning Province",
    "220000": "Jilin Province",
    "230000": "Heilongjiang Province",
    "310000": "Shanghai",
    "320000": "Jiangsu Province",
    "330000": "Zhejiang Province",
    "340000": "Anhui Province",
    "350000": "Fujian Province",
    "360000": "Jiangxi Province",
    "370000": "Shandong Province",
    "410000": "Henan Province",
    "420000": "Hubei Province",
    "430000": "Hunan Province",
    "440000": "Guangdong Province",
    "450000": "Guangxi Zhuang Autonomous Region",
    "460000": "Hainan Province",
    "500000": "Chongqing",
    "510000": "Sichuan Province",
    "520000": "Guizhou Province",
    "530000": "Yunnan Province",
    "540000": "Xizang Autonomous Region",
    "610000": "Shaanxi Province",
    "620000": "Gansu Province",
    "630000": "Qinghai Province",
    "640000": "Ningxia Hui Autonomous Region",
    "650000": "Xinjiang Uygur Autonomous Region",
    "810000": "Hong Kong Special Administrative Region",
    "820000": "Macao Special Administrative Region",
}
"""Names as the state writes them in English. Source: english.www.gov.cn, Administrative divisions."""

KINDS = {
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "神农架林区": "Forestry District",
    "特区": "Special District",
    "新区": "New Area",
    "矿区": "Mining District",
    "地区": "Prefecture",
    "街道": "Subdistrict",
    "民族乡": "Ethnic Township",
    "民族苏木": "Ethnic Sumu",
    "苏木": "Sumu",
    "市": "City",
    "区": "District",
    "县": "County",
    "旗": "Banner",
    "盟": "League",
    "镇": "Town",
    "乡": "Township",
}
"""What an area is, by the end of its name; the longest end that fits comes first."""

PEOPLES = {
    "阿昌": "Achang", "白": "Bai", "保安": "Bonan", "布朗": "Blang", "布依": "Bouyei", "朝鲜": "Korean",
    "傣": "Dai", "达斡尔": "Daur", "德昂": "Deang", "东乡": "Dongxiang", "侗": "Dong", "独龙": "Derung",
    "俄罗斯": "Russian", "鄂伦春": "Oroqen", "鄂温克": "Evenki", "高山": "Gaoshan", "仡佬": "Gelao", "哈尼": "Hani",
    "哈萨克": "Kazak", "赫哲": "Hezhen", "回": "Hui", "基诺": "Jino", "京": "Gin", "景颇": "Jingpo",
    "柯尔克孜": "Kirgiz", "拉祜": "Lahu", "黎": "Li", "傈僳": "Lisu", "珞巴": "Lhoba", "满": "Manchu",
    "毛南": "Maonan", "门巴": "Monba", "蒙古": "Mongol", "苗": "Miao", "仫佬": "Mulao", "纳西": "Naxi", "怒": "Nu",
    "普米": "Pumi", "羌": "Qiang", "撒拉": "Salar", "畲": "She", "水": "Sui", "塔吉克": "Tajik", "塔塔尔": "Tatar",
    "土家": "Tujia", "土": "Tu", "佤": "Va", "维吾尔": "Uygur", "乌孜别克": "Uzbek", "锡伯": "Xibe", "瑶": "Yao",
    "彝": "Yi", "裕固": "Yugur", "藏": "Tibetan", "壮": "Zhuang",
}  # fmt: skip
"""The peoples of China. Source: GB/T 3304-1991."""

READINGS = {
    "长子": "zhang zi", "南乐": "nan le", "曾都": "zeng du", "六合": "lu he", "马尾": "ma wei", "涡阳": "guo yang",
    "洪洞": "hong tong", "荥经": "ying jing", "覃塘": "qin tang", "繁峙": "fan shi", "东阿": "dong e",
    "大城": "dai cheng", "单县": "shan xian", "浚县": "xun xian", "蔚县": "yu xian", "宕昌": "tan chang",
    "犍为": "qian wei", "筠连": "jun lian", "浒墅关": "xu shu guan", "甪直": "lu zhi", "莘庄": "xin zhuang",
}  # fmt: skip
"""Names that are read otherwise than their characters mostly are."""

OF_PLACES = {"都": "du", "长": "chang", "朝": "chao"}
"""Characters that names of places read otherwise than other words do."""

APOSTROPHE = "'"
"""The plain one: fonts of Chinese draw the curved one as wide as a character."""
_OF_PROVINCES = re.compile(r" (Province|((Zhuang|Hui|Uygur) )?Autonomous Region|Special Administrative Region)$")
_KINDS = sorted(KINDS, key=len, reverse=True)
_PEOPLE = re.compile(
    "(?:" + "|".join(sorted(PEOPLES, key=len, reverse=True)) + ")族|蒙古(?!族)|锡伯$|朝鲜$|哈萨克$|柯尔克孜$"
)


def name_in_english(code: str, name: str) -> str:
    """Return the English name of an area: 景宁畲族自治县 is Jingning She Autonomous County."""
    if code in PROVINCES:
        return PROVINCES[code]
    stem, peoples, kind = _parted(name)
    named = " and ".join(filter(None, [", ".join(peoples[:-1]), *peoples[-1:]]))
    return " ".join(filter(None, [_written(stem), named, kind]))


def word_for_address(code: str, name: str) -> str:
    """Return an area's name in small letters without its kind, for addresses: 景宁畲族自治县 is jingning."""
    if code in PROVINCES:
        return _OF_PROVINCES.sub("", PROVINCES[code]).lower().replace(" ", "-")
    stem, _peoples, _kind = _parted(name)
    return re.sub("[^a-z0-9]", "", "".join(_syllables(stem)).replace("ü", "v"))


def _parted(name: str) -> tuple[str, list[str], str]:
    """Part a name into what it is called, the peoples it names and the English for its kind."""
    end = next((end for end in _KINDS if name.endswith(end)), "")
    kind = KINDS.get(end, "")
    stem = "神农架" if end == "神农架林区" else name.removesuffix(end)
    peoples: list[str] = []
    of_peoples = end.startswith(("自治", "民族")) or stem.endswith("族")
    if of_peoples and (found := [match for match in _PEOPLE.finditer(stem) if match.start() > 0]):
        peoples = [PEOPLES[match.group().removesuffix("族")] for match in found]
        stem = stem[: found[0].start()]
    if end == "乡" and peoples:
        kind = KINDS["民族乡"]
    if not stem:  # 矿区 alone is a district of this name
        return name, peoples, KINDS[name[-1]]
    if len(stem) == 1 and not peoples:
        stem += end
    return stem, peoples, kind


def _written(stem: str) -> str:
    word = ""
    for syllable in _syllables(stem):
        word += f"{APOSTROPHE}{syllable}" if word and syllable[0] in "aoe" else syllable
    return word[:1].upper() + word[1:]


@cache
def _syllables(stem: str) -> list[str]:
    if stem in READINGS:
        return READINGS[stem].split()
    read = lazy_pinyin(stem, style=Style.NORMAL, v_to_u=True)
    if len(read) != len(stem):  # letters or numbers among the characters
        return read
    return [OF_PLACES.get(character, syllable) for character, syllable in zip(stem, read, strict=True)]
