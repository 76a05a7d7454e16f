"""Text of citizens: cleaned, freed of personal data, rendered safely."""

import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.folding import fold
from livelihood.kernel.text import BadText, clean_text, letter_html, mask_phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  第一行 \r\n第二行\r第三行\u2028第四行\u3000", "第一行\n第二行\n第三行\n第四行"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c\x00d\x07e\ufefff\u200bg", "abcdefg"),
        ("\ud800x\uffff", "x"),
        ("<script>alert(1)</script> & <b>", "<script>alert(1)</script> & <b>"),
        ("家人👨\u200d👩\u200d👧", "家人👨\u200d👩\u200d👧"),
        ("col\tumn", "col\tumn"),
    ],
)
def test_clean_text_stores_what_is_visible(typed, stored):
    assert clean_text(typed, max_length=100) == stored


def test_clean_text_joins_lines_where_one_is_wanted():
    assert clean_text(" 增设 \n\t 公交站  ", max_length=100, multiline=False) == "增设 公交站"


def test_clean_text_counts_after_cleaning():
    assert clean_text(" " * 1000 + "字" * 10 + "\u200b" * 1000, max_length=10) == "字" * 10


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("字" * 100_000, "This text is too long: 100000 characters; at most 2000 are possible. Please shorten it."),
        ("短\u200b  ", "This text is too short: its length is 1, the least is 5. Please write more."),
    ],
)
def test_clean_text_refuses_what_is_too_long_or_too_short(typed, message):
    with translation.override("en"), pytest.raises(BadText) as refusal:
        clean_text(typed, max_length=2000, min_length=5, field="matter")

    with translation.override("en"):
        assert (str(refusal.value), refusal.value.field) == (message, "matter")


@given(st.text())
def test_clean_text_is_clean_after_one_time(typed):
    once = clean_text(typed, max_length=10_000)

    assert clean_text(once, max_length=10_000) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("张\u3000三", "张三"),
        (" 张 三  丰\u200b", "张三丰"),
        ("买买提\u2022艾力", "买买提·艾力"),
        ("买买提 ・ 艾力", "买买提·艾力"),
        ("\U00020bb7\u3000\u3007一", "\U00020bb7\u3007一"),
        ("LI  Wei", "li wei"),
        ("\uff2ci Wei", "li wei"),
        ("李 Wei", "李 wei"),
    ],
)
def test_fold_is_the_same_for_every_spelling_of_a_name(written, key):
    assert (fold(written), fold(key)) == (key, key)


def test_letter_html_keeps_the_lines_of_a_pasted_letter():
    html = letter_html("## 一\n各位市民：\n现公开**征集\n建议**。\n- 此致：\n\n敬礼：")

    assert html == (
        '<h2>一</h2>\n<p class="letter-salutation">各位市民：</p>\n<p>现公开<strong>征集<br />\n建议</strong>。</p>\n'
        "<ul>\n<li>此致：</li>\n</ul>\n<p>敬礼：</p>\n"
    )
    assert letter_html("现公开征集。\n各位市民：") == "<p>现公开征集。</p>\n<p>各位市民：</p>\n"


def test_fold_tells_names_apart():
    assert len({fold(name) for name in ("张三", "张三丰", "张山", "Li Wei", "Liwei")}) == 5


def test_mask_phone_keeps_enough_to_recognise_ones_own():
    assert [mask_phone(phone) for phone in ("13812345678", "+86 138-1234-5678", "0571-87654321", "110", "")] == [
        "138****5678",
        "138****5678",
        "**********21",
        "***",
        "",
    ]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**重点**", "<p><strong>重点</strong></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick='x'>a</b>", "<p>&lt;b onclick='x'&gt;a&lt;/b&gt;</p>\n"),
        ("[a](https://example.com/?a=1&b=2)", '<p><a href="https://example.com/?a=1&amp;b=2">a</a></p>\n'),
        ("[a](mailto:a@example.com)", '<p><a href="mailto:a@example.com">a</a></p>\n'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](JaVaScRiPt&colon;alert)", "<p>[a](JaVaScRiPt:alert)</p>\n"),
        ("[a](data:image/png;base64,xx)", "<p>[a](data:image/png;base64,xx)</p>\n"),
        ("[a](//example.com)", "<p>[a](//example.com)</p>\n"),
        ("<javascript:alert(1)>", "<p>&lt;javascript:alert(1)&gt;</p>\n"),
        ("![a](https://example.com/a.png)", '<p>!<a href="https://example.com/a.png">a</a></p>\n'),
    ],
)
def test_letter_html_lets_nothing_active_through(source, html):
    assert letter_html(source) == html
