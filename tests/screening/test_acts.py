"""Acts of a message: what two voters say surely is so, a story is taken for nothing else, nothing is loaded before."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from screening.acts import Act, Votes, model, nearest, votes
from screening.acts.act import ACTS
from screening.acts.features import BEGIN, BUCKETS, END, features, grams, tokens, words_in
from screening.acts.vote import SHORT, read, tokens_of
from screening.acts.weights import VERSION
from screening.plain import plainly
from tests.screening.training.acts import FIGURES, HeldOut, short
from tests.screening.training.acts_rows import FOLDER, Row, digest, mixed, told_elsewhere, written

PRECISION, TAKEN = 0.98, 0.005
USUAL, RARE, STORIES, ALL = 120, 60, 900, 3_000
RARELY = {Act.DATA, Act.ERASE, Act.WITHDRAW, Act.PRESS, Act.NOTICE, Act.SPAM}
BOUNDARIES = [
    ("когда почините?", Act.WHEN, "когда починят дорогу на Мира", Act.STORY),
    ("спасибо большое", Act.THANKS, "спасибо за дорогу, но фонарь не горит", Act.STORY),
    ("отмените мою заявку", Act.TAKE_BACK, "отмените платную парковку у больницы", Act.STORY),
    ("куда обращаться", Act.WHERE, "не работает запись к врачу, куда обращаться", Act.STORY),
    ("удалите мои данные", Act.ERASE, "удалите сухое дерево возле садика", Act.STORY),
    ("отзываю согласие", Act.WITHDRAW, "отзовите моё обращение", Act.TAKE_BACK),
    ("нет, не то", Act.NO, "нет воды", Act.STORY),
    ("Миасс, Романенко 4", Act.PLACE, "Миасс, Романенко 20, не горит фонарь", Act.STORY),
    ("так ничего и не сделали", Act.AGAIN, "так и не построили школу в микрорайоне", Act.STORY),
    ("всё починили", Act.SOLVED, "починили лифт, а теперь сломалась дверь", Act.STORY),
    ("козлы", Act.INSULT, "козлы эти из управляйки опять не почистили двор", Act.STORY),
    ("завтра с 9 до 17 отключение воды", Act.NOTICE, "отключают воду каждый день без объявления", Act.STORY),
    ("у меня вопрос", Act.GREETING, "у меня вопрос когда уберут снег во дворе", Act.STORY),
    ("до скольки работает мфц", Act.QUESTION, "мфц закрыли на обед и не открыли", Act.STORY),
    ("не надо, передумал", Act.CANCEL, "не надо вырубать сквер", Act.STORY),
]


@pytest.mark.parametrize(("one", "act", "other", "different"), BOUNDARIES)
def test_a_boundary_has_two_sides(one: str, act: Act, other: str, different: Act) -> None:
    assert votes(one).likely() is act
    assert votes(other).likely() is different
    assert votes(one).sure() in (act, None) and votes(other).sure() in (different, None)


def test_the_phrases_are_many_and_each_is_one_act() -> None:
    rows, acts = written(), dict[str, Act]()
    many = {act: sum(row.act is act for row in rows) for act in Act}
    assert len(rows) >= ALL and many[Act.STORY] >= STORIES
    assert all(many[act] >= (RARE if act in RARELY else USUAL) for act in Act), many
    for row in rows:
        assert acts.setdefault(" ".join(tokens_of(plainly(row.text))), row.act) is row.act, row.text
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(Act)


def test_the_held_out_fifth_is_heard_as_it_was_measured() -> None:
    """Measured by `python -m tests.screening.training.acts --held-out`, for it takes minutes; of these very phrases."""
    told = json.loads(FIGURES.read_text(encoding="utf-8"))
    assert told["version"] == VERSION == f"acts-{digest()}", "other phrases: make and measure the weights anew"
    for act in set(Act) - {Act.STORY}:
        _, said, right = told["acts"][act]
        assert right >= PRECISION * said, act
    assert told["taken"] <= TAKEN * told["acts"][Act.STORY][0]


def test_what_was_learned_is_heard() -> None:
    """What is sure is what the model says, if the other voter says so too: that one, which takes three times as long,
    is asked where the model says another act."""
    other = [row for row in written() if modelled(row.text) is not row.act]
    wrong = [row for row in other if votes(row.text).sure() not in (row.act, None)]
    assert len(other) < 0.1 * len(written()), "nearly all are judged by both voters, and slowly"
    assert len(wrong) <= 0.002 * len(written()), [row.text for row in wrong]
    assert not [row for row in wrong if row.act is Act.STORY]


def modelled(text: str) -> Act | None:
    """What the model says, however sure: `Votes.sure` says that or nothing."""
    told = read(text)
    said = model.probable(told) if told else {}
    return max(said, key=lambda act: said[act], default=None)


@pytest.mark.parametrize("text", ["спасибо большое", "нет воды", "не надо, передумал", "мусор", "🙏", ""])
def test_what_is_sure_is_what_the_model_says_or_nothing(text: str) -> None:
    assert votes(text).sure() in (modelled(text), None)


def test_no_problem_of_other_tests_is_taken_for_something_else() -> None:
    """Some of them name only a place or a danger in a word or two: those may be likely, none is sure."""
    rows = [row for row in told_elsewhere() if row.act is Act.STORY]
    taken = [row.text for row in rows if votes(row.text).sure() not in (Act.STORY, None)]
    assert len(taken) <= TAKEN * len(rows), taken


def test_the_phrases_that_are_compared_with_are_those_that_were_written() -> None:
    assert list(nearest.unpack_phrases()) == short(written())


def test_weights_that_are_learned_anew_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With few phrases, for with all it takes minutes: twice the same weights, and features as the bot sums them."""
    monkeypatch.setattr("tests.screening.training.acts.told_elsewhere", list)
    few = [row for row in written() if row.act in (Act.ERASE, Act.STORY)][:200]
    one, other = HeldOut(few), HeldOut(few)
    assert (one.weights == other.weights).all() and one.weights.shape == (BUCKETS, len(ACTS))
    assert one.figures() == other.figures()
    assert one.votes("удалите мои данные").model[Act.ERASE] == other.votes("удалите мои данные").model[Act.ERASE]


def test_sums_side_by_side_are_sums() -> None:
    told = tokens_of(plainly("Когда же вы ответите? Жду уже 5 дней"))
    count, sums = model._sum_of_text(told)
    table, found = model._table(), features(told)
    assert count == len(found)
    for at in range(len(ACTS)):
        assert (sums >> (24 * at)) & 0xFFFFFF == sum(table[one * len(ACTS) + at] for one in found)


def test_tokens_are_words_signs_and_small_pictures() -> None:
    assert tokens("дом 15!!\nок 🙏🏽?") == ["дом", "#", "!", ".", "ок", "🙏", "?"]
    assert tokens_of("ок.") == ["ок"] and tokens_of("...") == []
    assert words_in(["дом", "#", "!", "🙏"]) == 2
    assert grams(["🙏"]) and grams([]) == set()


def test_a_long_text_is_read_at_both_ends() -> None:
    words = [f"{at % 10 * 'а'}б" for at in range(200)]
    told = tokens(" ".join(words))
    assert told == words[:BEGIN] + words[-END:]
    assert len(features(told)) > len(features(told[:BEGIN]))


@pytest.mark.parametrize("text", ["ghbdtn dctv", "privet vsem", "ПРИВЕТ ВСЕМ"])
def test_letters_of_another_layout_are_read(text: str) -> None:
    assert read(text) == ["привет", "всем"] and votes(text).likely() is Act.GREETING


def test_nothing_is_no_act() -> None:
    assert votes("").sure() is None is votes("…").sure()
    assert votes("").likely() is Act.STORY is votes("…").likely()
    assert votes("").model == {Act.STORY: 0.0} and votes("").version == VERSION


def test_votes_are_one_together_and_a_long_text_has_one_voter() -> None:
    long = "во дворе второй месяц не горит фонарь и никто его не чинит"
    told, many = votes("ок"), votes(long)
    assert abs(sum(told.model.values()) - 1) < 1e-9 > abs(sum(told.nearest.values()) - 1)
    assert len(long.split()) > SHORT and many.nearest == {} and many.likely() is Act.STORY


def said(one: dict[Act, float], other: dict[Act, float], story: float = 1.0) -> tuple[Act | None, Act]:
    told = Votes({Act.STORY: 0.0, **one}, {Act.STORY: 0.0, **other} if other else {}, "")
    return told.sure(), told.likely(story)


def test_both_must_say_what_is_sure() -> None:
    assert said({Act.WHEN: 0.91}, {Act.WHEN: 0.90}) == (Act.WHEN, Act.WHEN)
    assert said({Act.WHEN: 0.89}, {Act.WHEN: 0.99}) == (None, Act.WHEN)
    assert said({Act.WHEN: 0.95}, {}) == (Act.WHEN, Act.WHEN)
    assert said({Act.WHEN: 0.94}, {}) == (None, Act.WHEN)


def test_each_voter_counts_as_much_as_the_other() -> None:
    """One that says a story, or takes it for impossible, decides nothing alone."""
    assert said({Act.WHEN: 0.9, Act.STORY: 0.1}, {Act.WHEN: 0.4, Act.STORY: 0.6}) == (None, Act.WHEN)
    assert said({Act.WHEN: 0.6, Act.STORY: 0.4}, {Act.WHEN: 0.1, Act.STORY: 0.9}) == (None, Act.STORY)
    assert said({Act.WHEN: 0.9, Act.STATUS: 0.1}, {Act.WHEN: 0.3, Act.STATUS: 0.5}) == (None, Act.WHEN)


def test_where_stories_are_rare_less_is_one() -> None:
    one, other = {Act.WHEN: 0.45, Act.STORY: 0.55}, {Act.WHEN: 0.45, Act.STORY: 0.55}
    assert said(one, other) == (None, Act.STORY) and said(one, other, story=0.5) == (None, Act.WHEN)
    assert said({Act.WHEN: 0.6, Act.STORY: 0.4}, {}, story=3) == (None, Act.STORY)


def test_what_is_hardly_anything_is_a_story() -> None:
    assert said({act: 1 / len(ACTS) for act in ACTS}, {}) == (None, Act.STORY)
    assert said(dict.fromkeys(ACTS[1:7], 1 / 6), {})[1] is Act.STORY
    assert votes("А если так?").likely() is Act.STORY


def test_what_is_clear_is_more_than_all_others_together() -> None:
    told = Votes({Act.STORY: 0.1, Act.WHEN: 0.9}, {}, "")
    assert told.clear() is Act.WHEN and told.clear(story=6) is None
    assert abs(sum(told.together(1.0).values()) - 1) < 1e-9


def test_rows_follow_from_the_seed() -> None:
    few = written()[::40]
    assert mixed(few, 1) == mixed(few, 1) != mixed(few, 2)
    assert {row.held_out(fold) for row in few for fold in range(5)} == {True, False}
    assert len({row.family for row in written()}) > 500 and Row(Act.YES, "да", 5).held_out(0)


def test_nothing_is_loaded_before_the_first_text_and_numpy_never() -> None:
    code = (
        "import sys, screening.acts as a\n"
        "big = {'screening.acts.weights', 'screening.acts.phrases'}\n"
        "assert not big & set(sys.modules)\n"
        "assert a.votes('когда ответите').likely() == 'when'\n"
        "assert big <= set(sys.modules) and 'numpy' not in sys.modules and 'rapidfuzz' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[2], check=False).returncode == 0
