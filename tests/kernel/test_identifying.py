"""What tells of somebody is found in every spelling, masked as long as it was, and nothing else is."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.identifying import Trait, findings, mask
from livelihood.kernel.text import mask_personal

MESSAGES = Path("../shared/data/citizen-messages/labelled_250.csv")
LABELLED = """
    167047:55-57 54275:111-113 8276:24-27 165619:14-17,123-128,364-367 159501:24-27,866-869,902-905
    6215:144-148,156-159,195-199,200-203,239-243,659-663,722-725,846-849 5869:101-103 160369:328-330 154599:35-38
    127245:21-24 124938:16-19 37107:23-26 41544:132-134,528-531 30364:16-19 65851:57-59
    72728:236-239,265-270,276-281,282-285,287-290,291-294,569-572,578-581 38430:65-68 100825:12-15
    41515:653-656,1237-1239 22776:165-168 102052:24-27,615-618 44078:18-21 154302:20-23 150509:29-32,521-524
    19859:23-26 177531:447-452,468-471,739-742 183987:345-349 110243:23-26 123778:20-23 170992:26-29
    119873:45-48,651-654,808-811 111899:20-23,203-206,221-224,525-528 12330:14-17,289-291,556-559 14470:26-31
    21191:23-26 28781:28-32 160196:28-32,439-442,1559-1562,1626-1629 174438:26-29,200-203
    28644:193-197,340-343,564-567 46465:33-36 62297:132-135,304-307 156631:14-17 161993:287-292,655-660 6857:19-22
    51522:28-31,3703-3706 152179:24-28,216-220 19234:25-28 150475:1055-1057 42786:85-88 175415:22-25,2419-2422
    49961:36-39 67317:11-14 172864:38-41 22312:36-40,591-596 169315:28-31 146153:24-27
    124287:309-312,342-345,378-381,611-614 22293:29-32,313-316,960-963,1330-1333 162634:34-39 5126:42-49,100-103
    86518:20-23 121512:29-32 98174:105-108 123619:17-20 131123:6-9,33-36 86367:30-33,262-265
"""
"""Message → where in its title, a line end and its body somebody found by eye a name with title, kin or cue, or
the number of a house: first sign and the sign after the last."""


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("请打13812345678找我", "请打138********找我"),
        ("电话138 1234 5678。", "电话138**********。"),
        ("手机138-1234-5678", "手机138**********"),
        ("138.1234.5678", "138**********"),
        ("138\u20141234\u20145678", "138**********"),
        ("138\u3000123\u300045678", "138**********"),
        ("1381 234 5678", "138**********"),
        ("1 3 8 1 2 3 4 5 6 7 8", "1 3******************"),
        ("+86 13812345678", "+86************"),
        ("手机\uff11\uff13\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "手机\uff11\uff13\uff18********"),
        ("一三八一二三四五六七八", "一三八********"),
        ("幺三八 一二三四 五六七八", "幺三八**********"),
        ("138一二三四5678", "138********"),
        ("座机0571-87654321", "座机057**********"),
        ("座机(0571)87654321", "座机(05***********"),
        ("0571-8765 4321", "057***********"),
        ("电话：87654321，谢谢", "电话*********，谢谢"),
        ("电话8765-4321", "电话*********"),
        ("身份证330106199001011234", "身份证330***************"),
        ("身份证330106 19900101 123x，", "身份证330*****************，"),
        ("110101 2010 0230 1238", "110******************"),
        ("旧证330106900101123", "旧证330************"),
        ("卡号6222 0210 0100 1234 567", "卡号622********************"),
        ("4111 1111 1111 1111", "411****************"),
        ("写信到zhang.san+x@example.com.cn。", "写信到z*************************。"),
        ("微信号：zhang_san88", "微信*************"),
        ("加VX：abc12345", "加VX*********"),
        ("QQ12345678", "QQ********"),
        ("车牌浙A12345停在门口", "车牌浙A*****停在门口"),
        ("车牌浙A·D12345停", "车牌浙A*******停"),
        ("13812345678和13987654321", "138********和139********"),
        ("王先生住3幢2单元501室", "*先生住*幢*单元***室"),
        ("三幢二单元五\u3007一室", "*幢*单元***室"),
        ("5栋601", "*栋***"),
        ("文三路12号", "文三路**号"),
        ("我家住12号", "我家住**号"),
        ("李阿姨和欧阳老师", "*阿姨和**老师"),
        ("请王局长、李建国副局长答复", "请*局长、***副局长答复"),
        ("感谢王书记", "感谢*书记"),
        ("党委书记田颖说", "党委书记**说"),
        ("我叫廖博。", "我叫**。"),
        ("母亲李秀英今年80岁", "母亲***今年80岁"),
    ],
)
def test_what_tells_of_somebody_is_starred_out(text, public):
    assert mask_personal(text) == public


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月5日，共31569个点位，投资123456.78万元",
        "投资13812345678元",
        "编号2027-000123-4",
        "拨打12345、96345或110",
        "热线400-800-8888",
        "区政府邮箱fgw@hz.gov.cn",
        "按GB 50011-2010设计",
        "路灯编号1381234567",
        "1.5 2.3 4.5 6.7 8.9 10",
        "道路长1200米、宽15米，距学校500米",
        "3月12号开工，10号完成",
        "地铁5号线、古墩路5号门",
        "3幢楼道灯坏了，12号楼没有电梯",
        "浙江A级景区",
        "微信小程序和QQ群都可以",
        "统一代码20240305123",
        "张某某已作答复",
        "向书记反映，由于老师少，提高老师待遇",
        "责任医生上门，班主任家访，继续施工",
    ],
)
def test_what_is_public_by_itself_is_no_finding(text):
    assert findings(text) == []


def test_a_finding_says_what_it_is_where_it_stands_and_what_is_proposed():
    found = findings("王先生，电话138 1234 5678")

    assert [(one.trait, one.words, one.masked, one.start, one.end) for one in found] == [
        (Trait.NAME, "王先生", "*先生", 0, 3),
        (Trait.PHONE, "138 1234 5678", "138**********", 6, 19),
    ]
    assert mask("王先生，电话138 1234 5678", found[1:]) == "王先生，电话138**********"


@given(st.text(alphabet="0123456789-+ @a.浙AX微信电话：王先生3幢室路号"))
def test_a_mask_is_as_long_as_what_it_hides_and_done_after_one_time(text):
    once = mask_personal(text)

    assert len(once) == len(text)
    assert all(new in {old, "*"} for old, new in zip(text, once, strict=True))


@pytest.mark.skipif(not MESSAGES.exists(), reason="the messages of ../shared/data are not here")
def test_of_what_real_messages_tell_nearly_all_is_found_and_nearly_nothing_else():
    with MESSAGES.open(encoding="utf-8-sig") as file:
        texts = {row["id"]: f"{row['title']}\n{row['body']}" for row in csv.DictReader(file)}
    labelled = {
        (message, *map(int, place.split("-")))
        for message, places in (line.split(":") for line in LABELLED.split())
        for place in places.split(",")
    }

    found = {(message, one.start, one.end) for message, text in texts.items() for one in findings(text)}

    right = len(found & labelled)
    assert len(labelled) > 100
    assert (round(right / len(found), 2) >= 0.97, round(right / len(labelled), 2) >= 0.95) == (True, True)
