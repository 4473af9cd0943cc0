"""Who sees and does what in the panel: an agency and a municipality see their own only."""

from __future__ import annotations

import pytest

from states.people.chats import CUR
from states.people.viewers import (
    Role,
    Section,
    Viewer,
    acts_for,
    may_act,
    may_keep_directory,
    may_keep_templates,
    may_name_routes,
    may_open,
    may_see,
    sections,
)

EVERY = [Viewer(1, role, "roads" if role is Role.AGENCY else "miass") for role in Role]


@pytest.mark.parametrize("viewer", EVERY, ids=lambda one: one.role.value)
def test_everybody_begins_with_now_and_opens_what_the_menu_shows(viewer: Viewer) -> None:
    assert sections(viewer)[0] is Section.NOW
    assert len(set(sections(viewer))) == len(sections(viewer))
    assert {one for one in Section if may_open(viewer, one)} == set(sections(viewer))


def test_only_the_administrator_has_people_data_and_settings() -> None:
    for section in (Section.PEOPLE, Section.AUDIT, Section.DATA, Section.SETTINGS):
        assert [one.role for one in EVERY if may_open(one, section)] == [Role.ADMINISTRATOR]


def test_an_agency_sees_and_moves_its_own() -> None:
    roads = Viewer(1, Role.AGENCY, "roads")
    assert may_see(roads, "roads", "miass") and may_act(roads, "roads")
    assert not may_see(roads, "water", "miass") and not may_act(roads, "water")
    assert not may_see(roads, None, "miass") and not may_act(roads, None)


def test_a_municipality_sees_its_place_and_moves_nothing() -> None:
    miass = Viewer(1, Role.MUNICIPALITY, "miass")
    assert may_see(miass, "roads", "miass") and not may_see(miass, "roads", "zlatoust")
    assert not may_see(miass, "roads", None) and not may_act(miass, "roads")


def test_a_municipality_moves_what_its_administration_has() -> None:
    """R24."""
    miass = Viewer(1, Role.MUNICIPALITY, "miass", office="miass-gorod")
    assert may_act(miass, "miass-gorod") and may_keep_templates(miass, "miass-gorod")
    assert not any(may_act(miass, agency) for agency in ("mindor", "zlatoust-gorod", "", None))


@pytest.mark.parametrize("role", list(Role))
def test_in_whose_name_everybody_acts(role: Role) -> None:
    expected = {Role.AGENCY: "miass", Role.MUNICIPALITY: "", Role.READER: ""}
    assert acts_for(Viewer(1, role, "miass")) == expected.get(role, CUR)


def test_a_role_without_its_scope_sees_nothing() -> None:
    assert not may_see(Viewer(1, Role.AGENCY), "", "miass") and not may_act(Viewer(1, Role.AGENCY), "")
    assert not may_see(Viewer(1, Role.MUNICIPALITY), "roads", "")


@pytest.mark.parametrize(
    ("role", "acts"), [(Role.CUR, True), (Role.READER, False), (Role.ADMINISTRATOR, True)], ids=lambda one: str(one)
)
def test_the_whole_region_is_seen_by_the_others(role: Role, acts: bool) -> None:
    viewer = Viewer(1, role)
    assert may_see(viewer, "roads", "miass") and may_see(viewer, None, None)
    assert may_act(viewer, "roads") is may_act(viewer, None) is acts


def test_a_link_is_not_enough_for_an_administrator() -> None:
    assert [one.role for one in EVERY if one.proves] == [Role.ADMINISTRATOR]


def test_the_directory_is_changed_by_the_administrator() -> None:
    assert [one.role for one in EVERY if may_keep_directory(one)] == [Role.ADMINISTRATOR]


def test_an_agency_changes_its_own_templates() -> None:
    roads = Viewer(1, Role.AGENCY, "roads")
    assert may_keep_templates(roads, "roads") and not may_keep_templates(roads, "water")
    assert [one.role for one in EVERY if may_keep_templates(one, "water")] == [Role.CUR, Role.ADMINISTRATOR]


def test_the_cur_and_administrators_name_whom_history_proposes() -> None:
    assert [one.role for one in EVERY if may_name_routes(one)] == [Role.CUR, Role.ADMINISTRATOR]
