"""«Справочник»: tables, a form, files, versions; nothing is saved unseen, overwritten or lost on the way."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from bot.admin.admin_directory import AdminDirectory
from bot.region.directory_file import examine_texts
from bot.region.directory_json import FORMAT, from_json, to_json, with_version
from bot.region.directory_write import to_yaml
from bot.web.asked import local_day
from bot.web.site import Site
from features.directory_editor.fields import ENTRIES, key_of, values_as_typed
from features.directory_editor.pages import tables as page
from features.directory_editor.pages.upload import MOST_BYTES, Uploads
from states.audit import AuditAction
from states.directory import Directory, Wording
from states.worktime.deadlines import Unit
from storage.db.database import Database
from storage.privacy import audit
from storage.records import directory as stored
from tests.web.administrator import confirm, fields, look, sign_in
from tests.web.administrator import stored as keep
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Ahead, Browser, hidden

MINDOR = "/directory/edit/agency?key=mindor"


@pytest_asyncio.fixture
async def there(browser: Browser, db: Database, region: Directory, clock: Ahead) -> Browser:
    clock.passed = timedelta(days=7)  # the example region was looked at until the 28th
    await keep(db, region, browser)
    return browser


async def now(db: Database) -> tuple[int, Directory]:
    kept = await db.run(stored.load_text)
    assert kept is not None
    return kept[1], from_json(kept[0])


async def test_the_form_of_a_topic_shows_its_scene(there: Browser) -> None:
    await sign_in(there)
    shown = (await there.get("/directory/edit/topic?key=zhkh-lift")).text
    chosen = shown.partition("Где бывает")[2].partition("</select>")[0]
    assert "в доме" in chosen.partition("selected")[2] and "в разных местах" in chosen.partition("selected")[0]


class TestTables:
    async def test_the_control_centre_reads_and_changes_nothing(self, there: Browser) -> None:
        await there.sign_in(AT_CUR)
        for table in page.TABLES:
            shown = await there.get(f"/directory?show={table.code}")
            assert (
                shown.status_code == 200 and "Загрузить" not in shown.text and ENTRIES["agency"].added not in shown.text
            )
        assert "не подтверждено актом" in shown.text
        form = await there.get(MINDOR)
        assert form.status_code == 200 and "Справочник меняет администратор" in form.text and "readonly" in form.text
        assert (await there.post(MINDOR, csrf=hidden(form), did="save")).status_code == 403
        assert (await there.get("/directory/upload")).status_code == 403
        assert (await there.post("/directory/versions/1", csrf=hidden(form))).status_code == 403

    @pytest.mark.parametrize("user", [AT_MINDOR, OF_MIASS, READER])
    async def test_nobody_else_opens_it(self, there: Browser, user: int) -> None:
        await there.sign_in(user)
        for path in ("/directory", MINDOR, "/directory/versions", "/directory/upload", "/directory.json"):
            assert (await there.get(path)).status_code == 403

    async def test_what_is_not_there(self, there: Browser) -> None:
        await sign_in(there)
        for path in (
            "/directory?show=nothing", "/directory/edit/agency?key=gone", "/directory/edit/king",
            "/directory/edit/group", "/directory/versions/9", "/directory/versions/9.json", "/directory.exe",
        ):  # fmt: skip
            assert (await there.get(path)).status_code == 404, path

    async def test_without_a_directory(self, browser: Browser) -> None:
        await sign_in(browser)
        assert (await browser.get("/directory")).status_code == 404

    async def test_words_find_rows_of_every_table(self, there: Browser, region: Directory) -> None:
        await there.sign_in(AT_CUR)
        shown = (await there.get("/directory?show=topics&words=ЯМЫ двор")).text
        assert "Ямы и асфальт во дворе" in shown and "Спортивная площадка" not in shown
        assert "Здесь нет «ежевика»" in (await there.get("/directory?words=ежевика")).text
        assert "версия 1: " in shown and "командой администратора" in shown

    def test_every_row_leads_to_its_entry(self, region: Directory, site: Site, clock: Ahead) -> None:
        """Each kind of entry is typed and read again as the same one."""
        clock.passed = timedelta(days=7)
        from bot.region.directory_write import sections
        from features.directory_editor import fields as forms

        values = sections(region)
        for table in page.TABLES:
            for one in table.rows(region, local_day(site)):
                entry = ENTRIES[one.kind]
                item = forms.find_entry(entry, values, one.key)
                assert item is not None, one
                made, wrong = forms.read(entry, values_as_typed(entry, item), item)
                assert wrong == {}
                forms.put(entry, values, one.key, made)
        from bot.region.directory_file import examine_values

        assert examine_values(values, local_day(site)).directory == region


class TestForm:
    async def test_looked_at_then_saved(self, there: Browser, db: Database) -> None:
        await sign_in(there)
        shown = await look(there, MINDOR, short="Дороги области", words="дороги, мост\nтрасса", approval="yes")
        assert shown.status_code == 200 and (await now(db))[0] == 1, "only looked at"
        assert "кратко: было «Миндортранс», стало «Дороги области»" in shown.text
        assert (
            "второй взгляд на ответ: было нет, стало да" in shown.text and "убрано «автобус, транспорт»" in shown.text
        )
        done = await confirm(there, MINDOR, shown)
        assert done.status_code == 303
        assert "Сохранено: версия 2, 3 изменения" in (await there.get(done.headers["location"])).text
        number, known = await now(db)
        one = known.agency_by_code["mindor"]
        assert (number, one.short, one.words, one.approval) == (2, "Дороги области", ("дороги", "мост", "трасса"), True)
        assert len(one.templates) == 3, "what has no field here stays"
        (version, _) = await db.run(lambda tx: stored.versions(tx, 5))
        assert version.author == ADMIN and len(version.changes) == 3
        lines = await db.run(lambda tx: audit.newest(tx, 5))
        assert (ADMIN, "строк 3") in [
            (one["actor"], one["detail"]) for one in lines if one["action"] == AuditAction.DIRECTORY_IMPORTED
        ]

    async def test_the_bot_takes_it_at_once(self, there: Browser, db: Database, site: Site) -> None:
        taken: list[Directory] = []

        async def changed(known: Directory) -> None:
            taken.append(known)

        there.client._transport.app.state.site = replace(site, changed=changed)  # type: ignore[attr-defined]
        await sign_in(there)
        await confirm(there, MINDOR, await look(there, MINDOR, short="Дороги области"))
        assert [one.agency_by_code["mindor"].short for one in taken] == ["Дороги области"]

    async def test_nothing_new_is_not_offered_to_be_saved(self, there: Browser, db: Database) -> None:
        await sign_in(there)
        shown = await look(there, MINDOR)
        assert "Ничего не изменилось" in shown.text and 'value="save"' not in shown.text
        await there.post(MINDOR, **(fields(shown) | {"did": "save", "seen": ""}))
        assert (await now(db))[0] == 1

    async def test_faults_stand_beside_their_fields_and_nothing_is_lost(self, there: Browser, db: Database) -> None:
        await sign_in(there)
        broken = {"short": "к" * 41, "name": "", "phones.0.number": "звоните"}
        shown = await look(there, MINDOR, **broken, checked="вчера", words="мой текст")
        assert shown.status_code == 422 and "Сохранить нельзя" in shown.text
        assert "— не дата" in shown.text and 'id="bad-checked"' in shown.text
        kept = fields(shown)
        assert kept["short"] == "к" * 41 and kept["words"] == "мой текст" and kept["phones.0.number"] == "звоните"
        shown = await look(there, MINDOR, **broken)
        assert 'id="bad-short"' in shown.text and "Длиннее 40 знаков" in shown.text
        assert 'id="bad-name"' in shown.text and "Заполните это поле" in shown.text and 'id="bad-phones"' in shown.text
        for name, value, said in (
            ("schedule.mon", "с девяти", "Часы пишутся"),
            ("schedule.mon", "18:00-09:00", "не по порядку"),
            ("terms.urgent.amount", "сто", "не число"),
            ("checked", "2031-01-01", "ещё не наступила"),
            ("regime", "appeal59", "нельзя включить без акта"),
        ):
            told = await look(there, MINDOR, **{name: value})
            assert told.status_code == 422 and said in told.text, name
        assert (await now(db))[0] == 1

    async def test_two_at_once(self, there: Browser, db: Database, region: Directory) -> None:
        """The second is told who was quicker; what was typed stays, and nothing is overwritten."""
        await sign_in(there)
        shown = await look(there, MINDOR, short="Моё название")
        quicker = with_version(replace(region, region="Край"))
        await AdminDirectory(db, there.site.clock).save(quicker, AT_CUR)
        late = await confirm(there, MINDOR, shown)
        assert late.status_code == 409 and "версия 2, Анна Ц." in late.text and "Ничего не сохранено" in late.text
        assert fields(late)["short"] == "Моё название" and (await now(db))[1].region == "Край"
        again = await there.post(MINDOR, **(fields(late) | {"did": "look"}))
        assert again.status_code == 200 and "Край" not in again.text
        assert (await confirm(there, MINDOR, again)).status_code == 303
        number, known = await now(db)
        assert (number, known.region, known.agency_by_code["mindor"].short) == (3, "Край", "Моё название")

    async def test_what_was_not_shown_is_not_saved(self, there: Browser, db: Database) -> None:
        await sign_in(there)
        shown = await look(there, MINDOR, short="Первое")
        other = fields(shown, 'class="confirm"') | {"short": "Другое", "did": "save"}
        answer = await there.post(MINDOR, **other)
        assert answer.status_code == 200 and "стало «Другое»" in answer.text and (await now(db))[0] == 1

    async def test_added_and_taken_away(self, there: Browser, db: Database) -> None:
        await sign_in(there)
        new = "/directory/edit/topic"
        asked = {
            "group": "dorogi",
            "code": "dorogi-testovaya",
            "name": "Пробная",
            "about": "Проба.",
            "checked": "2026-11-24",
        }
        shown = await look(there, new, **asked)
        assert "+ тема «Пробная» (dorogi-testovaya)" in shown.text, shown.text
        assert (await confirm(there, new, shown)).status_code == 303
        assert (await now(db))[1].topic_by_code["dorogi-testovaya"].group == "dorogi"
        assert "уже занят" in (await look(there, new, **asked)).text
        one = f"{new}?key=dorogi-testovaya"
        moved = await look(there, one, group="transport")
        assert "группа: было «dorogi», стало «transport»" in moved.text
        shown = await look(there, one, did="drop")
        assert "− тема «Пробная»" in shown.text and (await now(db))[0] == 2
        assert (await confirm(there, one, shown, "drop_save")).status_code == 303
        assert "dorogi-testovaya" not in (await now(db))[1].topic_by_code
        needed = await look(there, MINDOR, did="drop")
        assert needed.status_code == 422 and "органа с кодом «mindor» в справочнике нет" in needed.text

    async def test_a_sentence_in_own_words(self, there: Browser, db: Database) -> None:
        """Shown as a resident will read it; one that the bot does not have is told with its nearest."""
        await sign_in(there)
        new, was = "/directory/edit/wording", "Сообщение №{code} приняли в работу: {agency}."
        shown = await look(there, new, code="taken", was=was, now="Взяли №{code}: {agency}.")
        assert "Так прочитает житель" in shown.text and "Взяли №1127-K7QF: " in shown.text
        assert (await confirm(there, new, shown)).status_code == 303
        assert [wording.now for wording in (await now(db))[1].wordings] == ["Взяли №{code}: {agency}."]
        assert "Взяли №{code}" in (await there.get("/directory?show=wordings")).text
        wrong = await look(there, new, code="other", was="Сообщение приняли в работу", now="Взяли.")
        assert wrong.status_code == 422 and "Есть похожая" in wrong.text
        empty = await look(there, new, code="other", was="", now="Взяли.")
        assert empty.status_code == 422 and "Заполните это поле" in empty.text

    async def test_a_sentence_that_an_update_has_changed(self, there: Browser, db: Database) -> None:
        """Whatever else is changed is saved; it alone waits, and is mended or taken out."""
        await sign_in(there)
        known = replace((await now(db))[1], wordings=(Wording("gone", "Так бот говорил прежде.", "Взяли."),))
        await keep(db, known, there)
        shown = await look(there, MINDOR, short="Дороги")
        assert (await confirm(there, MINDOR, shown)).status_code == 303
        assert "Не читает: " in (await there.get("/directory?show=wordings")).text
        entry = "/directory/edit/wording?key=gone"
        again = await look(there, entry, now="Приняли.")
        assert again.status_code == 422 and "у бота нет" in again.text
        assert (await confirm(there, entry, await look(there, entry, did="drop"), "drop_save")).status_code == 303
        assert (await now(db))[1].wordings == ()

    async def test_a_route(self, there: Browser, db: Database, region: Directory) -> None:
        await sign_in(there)
        shown = await look(
            there, "/directory/edit/route", about="topic:zhkh-uk", place="miass", agency="mindor", checked="2026-11-24"
        )
        assert "+ правило: тема «" in shown.text and "Миасс" in shown.text and "→ Миндортранс" in shown.text
        await confirm(there, "/directory/edit/route", shown)
        twice = await look(
            there, "/directory/edit/route", about="topic:zhkh-uk", place="miass", agency="gzhi", checked="2026-11-24"
        )
        assert twice.status_code == 422 and "уже есть" in twice.text
        path = f"/directory/edit/route?key={quote('topic:zhkh-uk@miass')}"
        shown = await look(there, path, agency="gzhi")
        assert "было Миндортранс" in shown.text
        known = (await now(db))[1]
        assert known.agency_for("zhkh-uk", "miass") == known.agency_by_code["mindor"]

    async def test_hours_and_terms_of_the_region(self, there: Browser, db: Database) -> None:
        await sign_in(there)
        path = "/directory/edit/office"
        shown = await look(
            there, path, **{
                "schedule.fri": "9:00–13:00", "schedule.own": "2026-12-31 09:00-12:00\n2027-01-11",
                "terms.urgent.amount": "90", "terms.urgent.unit": "minutes", "terms.urgent.source": "приказ № 7",
                "terms.urgent.confirmed": "yes", "terms.last_day": "next",
            },
        )  # fmt: skip
        assert "срочный 90 раб. мин (по акту: приказ № 7)" in shown.text and "31.12.2026 09:00–12:00" in shown.text
        assert (await confirm(there, path, shown)).status_code == 303
        known = (await now(db))[1]
        assert (known.terms.urgent.amount, known.terms.urgent.unit) == (90, Unit.MINUTES)
        assert len(known.schedule.own_days) == 2 and len(known.schedule.week[4]) == 1

    async def test_hostile_fields_are_only_words(self, there: Browser) -> None:
        await sign_in(there)
        shown = await look(there, MINDOR, short="<script>alert(1)</script>", **{"phones.x.number": "1", "phones.": "2"})
        assert "<script>alert" not in shown.text and "&lt;script&gt;" in shown.text


def packed(texts: dict[str, str], folder: str = "область/") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, text in texts.items():
            archive.writestr(folder + name, text)
    return whole.getvalue()


async def send(browser: Browser, files: list[tuple[str, bytes]], **more: str) -> httpx.Response:
    form = await browser.get("/directory/upload")
    said = {"csrf": hidden(form), "did": "look", **more}
    sent = [("files", (name, raw)) for name, raw in files]
    return await browser.client.post(
        "/directory/upload", data=said, files=sent, headers={"origin": browser.site.address}
    )


class TestFiles:
    @pytest.mark.parametrize(
        "body", [b"[" * 100_000, b'{"a":' * 50_000, b"[]", b"{", b"\xff\xfe"], ids=lambda one: one[:5]
    )
    async def test_what_is_too_deep_or_broken_is_refused(self, there: Browser, body: bytes) -> None:
        await sign_in(there)
        shown = await send(there, [("directory.json", body)])
        assert shown.status_code == 422 and "JSON не читается" in shown.text

    async def test_downloaded_changed_and_uploaded(self, there: Browser, db: Database, region: Directory) -> None:
        await sign_in(there)
        whole = (await there.get("/directory.zip")).content
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            texts = {name: archive.read(name) for name in archive.namelist()}
        assert examine_texts(texts).directory == region
        texts["agencies.yaml"] = texts["agencies.yaml"].replace("Миндортранс".encode(), "Дороги области".encode())
        for files in ([*texts.items()], [("папка.zip", packed({name: text.decode() for name, text in texts.items()}))]):
            shown = await send(there, files)
            assert shown.status_code == 200 and "стало «Дороги области»" in shown.text, shown.text
        assert (await now(db))[0] == 1
        done = await confirm(there, "/directory/upload", shown)
        assert done.status_code == 303 and (await now(db))[1].agency_by_code["mindor"].short == "Дороги области"
        assert (await confirm(there, "/directory/upload", shown)).status_code == 422, "it waits no more"

    async def test_the_folder_of_a_region_as_it_is(self, there: Browser) -> None:
        """With its decisions and the names of states, which are none of the directory."""
        await sign_in(there)
        folder = Path(__file__).parents[2] / "regions" / "chelyabinsk"
        files = [(one.name, one.read_bytes()) for one in sorted(folder.glob("*.yaml"))]
        assert {"decisions.yaml", "statuses.yaml"} < {name for name, _ in files}
        shown = await send(there, files)
        assert shown.status_code == 200 and "не отличается от того, что уже есть" in shown.text, shown.text

    async def test_json_comes_back(self, there: Browser, db: Database, region: Directory) -> None:
        await sign_in(there)
        text = json.loads((await there.get("/directory.json")).text)
        assert text["format"] == FORMAT
        changed = with_version(replace(region, region="Край"))
        shown = await send(there, [("directory-1.json", to_json(changed).encode())])
        assert "стало «Край»" in shown.text
        assert (await confirm(there, "/directory/upload", shown)).status_code == 303
        newer = json.dumps({**text, "format": FORMAT + 1}).encode()
        assert "Обновите программу" in (await send(there, [("a.json", newer)])).text

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ([], "Выберите файлы"),
            ([("map.geojson", b"{}")], "Выберите файлы"),
            ([("a.json", b"{}")], "формат None"),
            ([("a.json", b"[1")], "JSON не читается"),
            ([("a.json", b"{}"), ("b.yaml", b"")], "либо один файл"),
            ([("a.zip", b"no archive")], "не открывается"),
            ([("a.zip", packed({"x.txt": "1"}))], "Выберите файлы"),
            ([("a.yaml", b"topics: [")], "YAML не читается"),
            ([("a.yaml", b"kings: []")], "раздел «kings» неизвестен"),
            ([("a.zip", packed({"a.yaml": "a" * (MOST_BYTES + 5)}))], "внутри больше 3 МБ"),
            ([(f"{at}.yaml", b"x") for at in range(31)], "Слишком много"),
        ],
    )
    async def test_what_is_no_directory(self, there: Browser, files: list[tuple[str, bytes]], said: str) -> None:
        await sign_in(there)
        answer = await send(there, files)
        assert answer.status_code == 422 and said in answer.text, answer.text

    async def test_two_files_of_one_name_in_an_archive(self, there: Browser) -> None:
        await sign_in(there)
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr("a/x.yaml", "1")
            archive.writestr("b/x.yaml", "2")
        assert "два файла x.yaml" in (await send(there, [("a.zip", raw.getvalue())])).text

    async def test_too_much_is_not_even_read(self, there: Browser) -> None:
        await sign_in(there)
        assert (await send(there, [("a.yaml", b"#" * (MOST_BYTES + 200_000))])).status_code == 413

    async def test_somebody_was_quicker(self, there: Browser, db: Database, region: Directory) -> None:
        await sign_in(there)
        changed = with_version(replace(region, region="Край"))
        shown = await send(there, [("a.json", to_json(changed).encode())])
        await AdminDirectory(db, there.site.clock).save(
            with_version(replace(region, formal_channel="https://a.ru/")), AT_CUR
        )
        late = await confirm(there, "/directory/upload", shown)
        assert late.status_code == 409 and "Анна Ц." in late.text and "https://a.ru/" in late.text
        assert (await now(db))[0] == 2

    def test_few_wait_and_not_for_long(self, site: Site) -> None:
        waiting, at = Uploads(), site.clock.now()
        for turn in range(30):
            waiting.keep(str(turn), {}, at)
        assert len(waiting.held) == 20 and waiting.of("29", at) == {} and waiting.of("3", at) is None


class TestVersions:
    async def test_back_is_a_new_version(self, there: Browser, db: Database, region: Directory) -> None:
        desk = AdminDirectory(db, there.site.clock)
        await desk.save(with_version(replace(region, region="Край")), AT_CUR)
        await sign_in(there)
        listed = (await there.get("/directory/versions")).text
        assert "Анна Ц." in listed and "1 изменение" in listed and "стало «Край»" in listed
        shown = await there.get("/directory/versions/1")
        assert f"было «Край», стало «{region.region}»" in shown.text
        assert "не отличается" in (await there.get("/directory/versions/2")).text
        done = await confirm(there, "/directory/versions/1", shown)
        assert done.status_code == 303 and "версия 3, как версия 1" in (await there.get("/directory")).text
        assert (await now(db)) == (3, region)
        again = await confirm(there, "/directory/versions/1", shown)
        assert again.status_code == 409
        older = (await there.get("/directory/versions/2.json")).text
        assert from_json(older).region == "Край"

    async def test_the_control_centre_sees_them(self, there: Browser) -> None:
        await there.sign_in(AT_CUR)
        assert (await there.get("/directory/versions")).status_code == 200
        shown = await there.get("/directory/versions/1")
        assert shown.status_code == 200 and 'value="save"' not in shown.text


def test_keys_of_entries_are_their_own(region: Directory) -> None:
    from bot.region.directory_write import sections

    values = sections(replace(region, wordings=(Wording("menu", "Меню", "Список"), Wording("yes", "Да", "Верно"))))
    for kind, entry in ENTRIES.items():
        if not entry.single and entry.section != "topics":
            keys = [key_of(entry, one) for one in values[entry.section]]
            assert len(set(keys)) == len(keys), kind


def test_the_archive_is_the_same_for_the_same_directory(region: Directory) -> None:
    first = page.zip_directory(region)
    page.zip_directory.cache_clear()
    assert page.zip_directory(region) == first and set(to_yaml(region)) >= {"agencies.yaml", "routes.yaml"}
