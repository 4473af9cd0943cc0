"""Topics come from the words of the directory: plain complaints, slips, sayings; no text breaks the ranking."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Matcher
from screening.words import BOUND, keys, stem
from states.directory import Directory, Group, Topic
from tests import example
from tests.cost import cost
from tests.form import examples

KNOWN = example.region()
MATCHER = example.matcher()
TOPICS = {topic.code for topic in KNOWN.topics}
GROUP = {topic.code: topic.group for topic in KNOWN.topics}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Огромная яма на дороге, пробил колесо", "dorogi-yamy"),
        ("Третий день нет горячей воды", "zhkh-net-vody"),
        ("В подъезде не горит лампочка", "zhkh-svet-podezd"),
        ("Пахнет газом на лестничной площадке", "energo-avariya-gaz"),
        ("Не могу записаться к врачу, талонов нет", "zdrav-zapis"),
        ("Не вывозят мусор вторую неделю, баки переполнены", "othody-vyvoz"),
        ("Стая бездомных собак у школы", "zhivotnye-otlov"),
        ("Автобус 64 не ходит по расписанию", "transport-grafik"),
        ("Отказали в едином пособии на ребёнка", "soc-edinoe"),
        ("Батареи холодные, в квартире мёрзнем", "zhkh-otoplenie"),
        ("С завода валит дым, нечем дышать", "eko-vozduh"),
        ("Сосульки висят над входом", "zhkh-sosulki"),
        ("Открытый люк у детского сада", "blago-lyuki"),
        ("Лифт застрял между этажами", "zhkh-lift"),
        ("Не пришла выплата участнику СВО", "svo-vyplaty"),
        ("Отключили свет во всём посёлке", "energo-net-sveta"),
        ("Разметка на переходе стёрлась", "dorogi-razmetka"),
        ("Горит сухая трава за домами", "bez-pozhar"),
        ("Почта закрыта, пенсию не принесли", "svyaz-pochta"),
        ("Ребёнку не дают место в детском саду", "obr-detsad-mesto"),
        ("не чистют дорогу, сугробы по колено", "dorogi-sneg-doroga"),
        ("мимо школы гоняют, скорость никто не сбавляет, нужен лежачий", "dorogi-lezhachiy"),
        ("в посёлке распутица, глава не хочет подсыпать улицу", "dorogi-grunt"),
        ("выйти из декрета не могу, сидеть с ребёнком некому, в очереди отодвинули", "obr-detsad-mesto"),
        ("за сараями кто-то слил отработанное масло и бросил бочки с химией", "eko-othody-opasnye"),
        ("родничок огородили, люди воды набрать не могут", "eko-voda-vodoem"),
        ("сирена воет, куда бежать при тревоге никто не объяснил", "bez-go"),
        ("сосед бьёт собаку и топит котят", "zhivotnye-zhestokost"),
        ("недоделки застройщика, пол кривой, из окон новой квартиры дует", "stroy-drugoe"),
        ("личный кабинет не открывается, техподдержка не отвечает", "svyaz-cifra"),
        ("из посёлка не дозвониться, телефоны молчат", "svyaz-mob"),
        ("в цехе холодно, спецодежду не выдают, увольняют за жалобу", "trud-rabotodatel"),
        ("дочке занизили годовую оценку", "obr-programmy"),
        ("автобсу не ходит, распсиание не соблюдают", "transport-grafik"),
    ],
)
def test_plain_complaints(text: str, topic: str) -> None:
    assert topic in MATCHER.topics(text, 3)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Большая яма на дороге, город Челябинск, улица Труда, дом 5", "trud-drugoe"),
        ("Погасли все фонари, город Челябинск, улица Бейвеля, дом 12", "kult-meropriyatiya"),
        ("Сломаны качели на детской площадке, ул. Доватора, 4, г. Миасс", "kult-meropriyatiya"),
        ("Не чистят снег на тротуаре, город Копейск, улица Борьбы, дом 3", "kult-meropriyatiya"),
        ("Яма, проспект Победы, 100", "kult-meropriyatiya"),
    ],
)
def test_an_address_and_a_city_say_nothing_of_the_topic(text: str, never: str) -> None:
    found = MATCHER.topics(text, 3)
    assert found and never not in found


def test_nothing_known_means_no_guess() -> None:
    assert MATCHER.topics("") == () == MATCHER.topics("   ") == MATCHER.topics("ааа ъъъ 123 !!!")
    assert MATCHER.topics("яма", 0) == () and len(MATCHER.topics("яма", 1)) == 1


def test_a_saying_counts_when_its_words_stand_together() -> None:
    known = Directory(
        region="",
        formal_channel="",
        emergency="",
        groups=(Group("g", "Г"),),
        topics=(Topic("none", "g", "Отсутствие", "", ("нет воды",)), Topic("bad", "g", "Качество", "", ("вода",))),
    )
    matcher = Matcher(known)
    assert matcher.topics("Нет воды")[0] == "none"
    assert matcher.topics("вода мутная")[0] == "bad"
    far = "нет " + "слово " * 30 + "вода"
    assert matcher.topics(far)[0] == "bad"


@pytest.mark.parametrize(
    "forms",
    [
        "дорога дороги дороге дорогу дорогой дорог дорогам дорогами дорогах",
        "лёд льда льду льдом",
        "ребёнок детей детям дети ребенка",
        "площадка площадок площадки площадку",
        "убирать убирают убирается убрать убран",
        "подъезд подъезде подъездом подъезды подъездах",
        "отопление отопления отоплением",
    ],
)
def test_forms_of_a_word_have_one_key(forms: str) -> None:
    assert len({stem(word.replace("ё", "е")) for word in forms.split()}) == 1


def test_words_of_other_roots_stay_apart() -> None:
    pairs = [("запах", "запись"), ("могила", "могу"), ("пара", "парк"), ("мост", "место"), ("лист", "лифт")]
    assert all(stem(one) != stem(other) for one, other in pairs)


def test_urgent_words_are_heard_first() -> None:
    urgent = {topic.code for topic in KNOWN.topics if topic.urgent}
    for text in ("пожар в доме", "запах газа в подъезде", "меня избили и угрожают убить", "торгуют наркотиками"):
        assert MATCHER.topics(text, 3)[0] in urgent, text


def test_a_huge_text_is_cut_and_quick() -> None:
    text = "яма на дороге " + "Абракадабра" * 10_000
    assert MATCHER.topics(text)[0] == "dorogi-yamy"
    assert cost(lambda: (MATCHER.topics(text), MATCHER.place(text), MATCHER.address(text))) < 0.05
    assert keys("а" * BOUND + " дорога") == keys("а" * BOUND)


def test_names_fit_buttons_and_every_topic_finds_itself() -> None:
    for topic in KNOWN.topics:
        assert len(topic.name) <= 40 and topic.words and topic.description
        assert topic.code in MATCHER.search_topics(topic.name, 10), topic.name


WORDS = st.sampled_from([word for topic in KNOWN.topics for word in (*topic.words, topic.name)])


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(WORDS, max_size=15).map(" ".join) | st.text(max_size=300), st.integers(-1, 12))
def test_any_text_gives_topics_of_the_directory(text: str, limit: int) -> None:
    found = MATCHER.topics(text, limit)
    assert set(found) <= TOPICS and len(set(found)) == len(found) <= max(0, limit)
    assert MATCHER.topics(text, limit) == found


def test_sure_is_what_stands_far_before_all_others() -> None:
    plain = MATCHER.topic("Большая яма на дороге, машины бьют колёса")
    assert plain.sure and plain.topics[0] == "dorogi-yamy"
    doubtful = MATCHER.topic("Не горит фонарь у школы")
    assert not doubtful.sure and len(doubtful.topics) > 1
    assert MATCHER.topic("ъъъ") == MATCHER.topic("") and not MATCHER.topic("").topics
    assert not MATCHER.topic("яма").sure, "one weak word is no certainty"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("пропал свет", "energo-net-sveta"),
        ("отключили свет", "energo-net-sveta"),
        ("света нет в посёлке", "energo-net-sveta"),
        ("вырубили электричество", "energo-net-sveta"),
        ("когда дадут свет", "energo-net-sveta"),
        ("моргает свет", "energo-kachestvo-sveta"),
        ("пропала вода", "zhkh-net-vody"),
        ("пропала связь", "svyaz-mob"),
        ("пропал автобус", "transport-grafik"),
        ("не платят пенсию", "soc-pensionery"),
        ("перерасчёт пенсии", "soc-pensionery"),
        ("как оформить пенсию", "soc-pensionery"),
        ("положены ли льготы на дрова", "soc-drugoe"),
        ("субсидия на дрова пенсионеру", "soc-drugoe"),
        ("компенсация за твёрдое топливо", "soc-drugoe"),
        ("где взять дрова на зиму", "energo-toplivo"),
        ("пенсионеру льгота на проезд", "transport-lgoty-proezd"),
        ("не горит фонарь во дворе", "blago-osveshchenie-dvor"),
        ("спасибо за ремонт дороги", "vlast-predlozhenie"),
        ("ещё одна яма", "dorogi-yamy"),
        ("в детском саду 23 не топят, дети мёрзнут", "obr-remont-shkoly"),
        ("в садике ледяные батареи", "obr-remont-shkoly"),
        ("в детсаду плохо кормят", "obr-pitanie-shkola"),
        ("не могу устроить ребёнка в детский сад", "obr-detsad-mesto"),
    ],
)
def test_slips_that_were_seen_are_gone(text: str, topic: str) -> None:
    """«Пропал» is no propane, «одна» no «ОДН»."""
    assert MATCHER.topics(text)[0] == topic


@pytest.mark.parametrize(
    "text",
    [
        "нет воды, деревня Малково", "нет света деревня Малково", "нет света, копейск, поселок бажово",
        "не горит фонарь, село Непряхино", "закрыли фап деревня Сарафаново", "не вывозят мусор посёлок Роза",
        "в деревне нет воды", "в селе свет отключили",
    ],
)  # fmt: skip
def test_a_village_makes_its_topic_no_less_sure(text: str) -> None:
    assert MATCHER.topic(text).sure


def test_a_topic_of_those_offered_is_named_by_its_words_alone() -> None:
    offered = ("dorogi-sneg-doroga", "dorogi-sneg-trotuar", "dorogi-yamy")
    assert MATCHER.named_topic("тема: снег на тротуаре", offered) == "dorogi-sneg-trotuar"
    assert MATCHER.named_topic("снег", offered) is None and MATCHER.named_topic("", offered) is None
    assert MATCHER.named_topic("снег на тротуаре", ()) is None


def test_what_is_said_besides_where() -> None:
    for text in ("город Миасс, улица Романенко, 50", "нет, это Копейск", "трасса М5, 40 км", "миас", "Чел, Мира 3"):
        assert MATCHER.rest(text) == "", text
    assert MATCHER.rest("в Миассе воняет") == "воняет"
