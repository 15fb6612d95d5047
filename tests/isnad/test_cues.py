"""Reporting words to lemma and act, by the lexicon that every exported model carries."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isnad.cues import ACTS, CueLexicon, CueSense
from isnad.errors import InputError

TABLE = Path(__file__).parents[2] / "data" / "cues.tsv"
LEXICON = CueLexicon.from_table(TABLE.read_text(encoding="utf-8"), TABLE.name)

# lemma, act, forms
SENSES = """
قال say قال قالت قالوا قالتا يقول تقول يقولون نقول أقول سيقول قوله قولها القول بقوله قائلاً قائلة قائلين قائلًا قيل يُقال
ذكر say ذكر ذُكر ذكرت يذكر تذكر
ذكّر say ذكّر ذكَّرت مذكراً التذكير تذكيرها تذكّر
تذكر say يتذكر
صرح say صرّح صرحت تصريحات تصريحه
أوضح say أوضح أوضحت اوضح موضحا تُوضح أوضحوا
أشار say مشيراً مشيرةً مشيرين أشارت الإشارة إشارته يُشار
لفت say لافتا لافتة يلفت
نقل say نُقل نقلت نقلته ننقل ناقلاً نقلاً
رد say رد ردّ ردت رده تردّ الرد
روى say روت رواها يروي رووا
أقر say أقرّ أقرت مقرا إقراره
زعم say زاعمة يُزعم زعمه
ادعى say ادّعى يدّعون مدعياً
توقع say توقع يتوقعون متوقعة
راهن say تراهن مراهنين
عبر say تعبيره عبّرت
حسب say بحسب حسب حسبما بحسبه
وفق say وفق وفقاً وفقا
طبق say طبقاً
أضاف add أضاف اضافت مضيفًا يضيف وأضاف
تابع add تابع تتابع متابعاً
ختم add ختمت خاتماً
أكد stress أكد أكّدت مؤكدين تأكيده تأكيدهما يؤكدان نؤكد أؤكد
شدد stress شدد مشددة التشديد
أصر stress أصرّت إصراره
نفى deny نفت نفوا نافياً ينفون نفيه
استبعد deny مستبعدة استبعادها
شكك deny يشككون
اتهم accuse اتهمها متهمين تتهمها اتهمتهم
حمّل accuse حمّلت محملاً
شكا accuse يشكون شكت
حذر warn حذروا محذرةً تحذيره سيحذر
توعد warn متوعدين
دعا call دعا دعت داعية يدعون دعوته دعاه
طالب call طالبته مطالباً مطالبته تطالب
ناشد call ناشدوا
أعلن announce أُعلن إعلانه أعلنتا معلنين
كشف announce كاشفة كشفوا
وعد announce وعد وعدهم واعدا
سأل ask سُئل سألته أسأله يسأل
تساءل ask متسائلاً تتساءل
رأى describe رأى يرى ترى يرون تراها يراه يرونه رآه برأيه رأيهم رأوا
اعتبر describe معتبراً اعتبروه تعتبرها
سمى describe سماه سمّته يسميه
تصور describe تصورت يتصور
وصف describe وصفوها واصفين تصفه
"""
SINGLE = [(form, CueSense(lemma, act)) for lemma, act, *forms in (line.split() for line in SENSES.strip().splitlines()) for form in forms]


@pytest.mark.parametrize(("form", "sense"), SINGLE)
def test_a_word_has_its_lemma_and_act(form: str, sense: CueSense) -> None:
    assert LEXICON.look_up(form) == sense


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("كما جاء في", "جاء"),
        ("على حد قوله", "قال"),
        ("على حد تعبيرها", "عبر"),
        ("وفقا ل", "وفق"),
        ("وفقاً لـ", "وفق"),
        ("نقلا عن", "نقل"),
        ("من وجهة نظرهم", "وجهة نظر"),
        ("على لسانه", "على لسان"),
        ("وعاد وأكد", "أكد"),
        ("أعرب عن أمله", "أعرب"),
        ("صرّح قائلا", "صرح"),
        ("قال:", "قال"),
    ],
)
def test_several_words_go_by_their_longest_listed_run_else_by_the_first(text: str, lemma: str) -> None:
    assert LEXICON.look_up(text).lemma == lemma


@pytest.mark.parametrize(
    ("text", "lemma"),
    [("وثب", "وثب"), ("إِقدامٌ", "اقدام"), ("ترك", "ترك"), ("سلام", "سلام"), ("نظراً", "نظرا"), ("said", "said"), ("«»", ""), ("", "")],
)
def test_an_unknown_cue_keeps_its_letters_and_has_no_act(text: str, lemma: str) -> None:
    assert LEXICON.look_up(text) == CueSense(lemma, "")


def test_every_listed_form_leads_to_its_lemma() -> None:
    for lemma, (act, forms) in LEXICON.entries.items():
        assert {LEXICON.look_up(form) for form in forms} <= {CueSense(lemma, act)}, lemma
    assert {act for act, _ in LEXICON.entries.values()} == set(ACTS)


def test_no_lemma_is_a_form_of_another_but_for_one_that_a_shadda_tells_apart() -> None:
    assert [lemma for lemma in LEXICON.entries if LEXICON.look_up(lemma).lemma != lemma] == ["تذكر"]


def test_the_corpus_is_covered(root: Path) -> None:
    cues = Counter[str]()
    for path in (root / "data" / "corpus").glob("*.xml"):
        cues.update(re.findall(r"<cue[^>]*>([^<]*)", path.read_text(encoding="utf-8")))
    known = sum(count for cue, count in cues.items() if LEXICON.look_up(cue).act)
    assert known >= 0.97 * cues.total()


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("والبكسيتناهمّ َ")))
def test_any_text_has_a_sense(text: str) -> None:
    sense = LEXICON.look_up(text)
    assert sense.act in ("", *ACTS)
    assert not sense.act or sense.lemma in LEXICON.entries


def test_it_survives_json() -> None:
    again = CueLexicon.from_dict(LEXICON.to_dict())
    assert again.entries == LEXICON.entries
    assert again.look_up("مشيراً") == CueSense("أشار", "say")


def test_an_empty_lexicon_knows_nothing() -> None:
    assert CueLexicon({}).look_up("قالت") == CueSense("قالت", "")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("قال\tsay", r"t:1: expected lemma, act and forms between tabs, found 2 columns"),
        ("# قال\n\nقال\tspeak\t", r"t: قال: act is 'speak'; expected one of say, add"),
        ("قال\tsay\t\nقال\tsay\tيقول", r"t:2: the lemma قال stands twice"),
        ("قال\tsay\tقول\nتقول\tsay\tقَوْل", r"t: the form قول stands under قال and تقول"),
    ],
)
def test_a_broken_table_is_explained(table: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        CueLexicon.from_table(table, "t")


@pytest.mark.parametrize("value", [[], {"قال": "say"}, {"قال": {"act": "say"}}, {"قال": {"act": "say", "forms": None}}])
def test_another_json_is_explained(value: object) -> None:
    with pytest.raises(InputError, match='c: expected lemmas with "act" and "forms"'):
        CueLexicon.from_dict(value, "c")  # type: ignore[arg-type]
