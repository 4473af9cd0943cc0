"""«Карта»: municipalities by number or by the share overdue, places where residents gave a point, a circle that chooses
messages. It must never show a place more exactly than its cell, nor of a message that the viewer may not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.charts.ground import Shape, ground
from bot.charts.map import Area, Dot, Map, Ring, chart_map
from bot.charts.numbers import number as figure
from bot.region.map_file import middles
from bot.web import names, several
from bot.web.asked import link, local_day, of_request
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import number, offers, render
from bot.web.pages.queue import hidden_fields, start_of
from bot.web.site import MenuEntry, Page, Site, viewer_of
from bot.web.told import take_flash_message
from bot.web.views.rows import rows
from handlers.text.words import plural
from handlers.views.filter_words import VIEWS, conditions, in_circle, in_words
from handlers.views.titles import brief, place_title
from states.people.viewers import Role, Section, Viewer, acts_for
from states.statistics.cells import KM, LARGEST, Cell, Circle
from states.statistics.filter import NONE, Filter, View, to_address
from states.statistics.listed import ListedAppeal
from states.statistics.rating import share
from storage.db.transaction import Transaction
from storage.ops import search
from storage.ops.search import Today

DOTS = 500
"""Places that are drawn; the busiest ones."""
READ = 80
"""Messages without a point whose addresses are read: opening them costs time."""
LISTED = 50
WORST = 5
LEAST = 10
"""Open messages; of fewer no share is told."""
WIDE, HIGH = 400.0, 560.0
MEASURES = {"overdue": "доля просроченных", "count": "сколько сообщений"}
LAYERS = {"dots": "точки", "heat": "пятна", "none": "без точек"}
CHOSEN = ("place", "topic", "agency", "view", "from", "to")
"""What the form on top asks for; the rest of the filter goes along."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one municipality: messages of the filter, of them open now, of those past their term."""

    all: int = 0
    open: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class MapData:
    """What the map is drawn of. `placed`: messages with a point; `without`: the first of those without one."""

    places: Mapping[str, Counts]
    cells: Sequence[tuple[Cell, int]]
    placed: int
    total: int
    without: Sequence[ListedAppeal]
    inside: search.ListPage | None


@dataclass(frozen=True, slots=True)
class Look:
    """How it is drawn: `measure` shades the municipalities, `layer` is what stands on them."""

    measure: str
    layer: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the address says of measure and layer."""
        return [("measure", self.measure), ("layer", self.layer)]


async def region_map(request: Request) -> Response:
    """Answers with the map of open messages or of another filter, or with its figures as a file."""
    site, wanted, today = of_request(request)
    if wanted == Filter(places=wanted.places, agencies=wanted.agencies, circle=wanted.circle):
        wanted = replace(wanted, view=View.OPEN)
    look = look_of(request)
    if (circle := circle_asked(request, site)) is not None:
        return RedirectResponse(link("map", replace(wanted, circle=circle), look.pairs), 303)
    start, viewer = start_of(request), viewer_of(request)
    seen = await site.readers.run(lambda tx: read(tx, wanted, today, start))
    if (form := request.path_params.get("form")) is not None:
        head = [("что", in_words(wanted, site.directory())), ("с точкой на карте", str(seen.placed))]
        return file(form, f"map-{local_day(site).isoformat()}", head, TABLE, table_of(site, viewer, wanted, seen))
    presses = await several.progress(request)
    return render(request, "map.html", presses=presses, **page_values(request, site, viewer, wanted, look, seen))


def look_of(request: Request) -> Look:
    """What the address asks to be drawn; the usual look for what it does not know."""
    measure, layer = (request.query_params.get(name, "") for name in ("measure", "layer"))
    return Look(measure if measure in MEASURES else "overdue", layer if layer in LAYERS else "dots")


def circle_asked(request: Request, site: Site) -> Circle | None:
    """The circle that the form asks for, by a middle in degrees or a municipality, and a radius; None without one.

    Raises:
        HTTPException: 400 for what is no circle.
    """
    said_km = request.query_params.get("km", "")
    if not said_km:
        return None
    middle = home_of(site, request.query_params.get("at", "")) or tuple(
        degrees(request.query_params.get(name, "")) for name in ("lat", "lon")
    )
    latitude, longitude = middle
    radius = degrees(said_km)
    if not (-89 <= latitude <= 89 and -180 <= longitude <= 180 and 0 < radius <= LARGEST):
        raise HTTPException(400)
    return Circle(round(latitude, 4), round(longitude, 4), round(radius, 1) or 0.1)


def degrees(said_so: str) -> float:
    """The typed degrees; not a number for nothing, 400 for anything else."""
    try:
        return float(said_so.strip().replace(",", ".") or "nan")
    except ValueError:
        raise HTTPException(400) from None


def home_of(site: Site, place: str) -> tuple[float, float] | None:
    """(latitude, longitude) of a spot inside a municipality."""
    found = middles(site.map).get(place)
    return None if found is None else (found[1], found[0])


async def read(tx: Transaction, wanted: Filter, today: Today, start: int) -> MapData:
    """Reads what the map shows: counts by place, cells, and a list where a circle is chosen."""

    async def of(view: View) -> dict[str, int]:
        """How many messages of this view each municipality has, by its code."""
        return dict(await search.by_group(tx, replace(wanted, view=view), today, "place"))

    found = await search.spread(tx, wanted, today)
    every = found.places
    opened, late = every if wanted.view is View.OPEN else await of(View.OPEN), await of(View.OVERDUE)
    places = {code: Counts(every.get(code, 0), opened.get(code, 0), late.get(code, 0)) for code in {*every, *opened}}
    cells = sorted(
        found.cells.items(), key=lambda cell_count: (-cell_count[1], cell_count[0].row, cell_count[0].column)
    )
    inside = await search.page(tx, wanted, today, start, LISTED) if wanted.circle is not None else None
    return MapData(
        places,
        cells[:DOTS],
        sum(found.cells.values()),
        sum(every.values()),
        await search.without_point(tx, wanted, today, READ) if wanted.circle is None else (),
        inside,
    )


def page_values(
    request: Request, site: Site, viewer: Viewer, wanted: Filter, look: Look, seen: MapData
) -> dict[str, Any]:
    """Everything that the template needs, as text and addresses."""
    directory, asks = site.directory(), names.fields(site.directory(), wanted)
    drawn = sum(many for _, many in seen.cells)
    return {
        "chart": drawing(site, wanted, look, seen),
        "at": corners(site, wanted),
        "rows": table(request, site, wanted, look, seen),
        "total": messages(seen.total),
        "total_href": link(Section.QUEUE, wanted),
        "without": messages(seen.total - seen.placed),
        "hidden_many": messages(seen.placed - drawn) if seen.placed > drawn else "",
        "streets": streets(site, wanted, seen.without),
        "read": len(seen.without),
        "chips": [
            (condition.words, link("map", condition.without, look.pairs)) for condition in conditions(wanted, directory)
        ],
        "hidden": hidden_fields(wanted, asks, CHOSEN),
        "kept": [(name, value) for name, value in to_address(wanted) if name != "circle"],
        "look": look,
        "measures": MEASURES.items(),
        "layers": LAYERS.items(),
        "states": [(view.value, words) for view, words in VIEWS.items()],
        "wanted": wanted,
        "circle": wanted.circle,
        "circle_words": in_circle(wanted.circle) if wanted.circle is not None else "",
        "largest": LARGEST,
        "bound": bool(viewer.scope),
        "around": [(place.code, place_title(directory, place.code)) for place in directory.places],
        "asks": asks,
        "forms": [(name, link(f"map.{form}", wanted)) for form, name in FORMS],
        **inside(request, site, viewer, wanted, look, seen),
    }


def inside(request: Request, site: Site, viewer: Viewer, wanted: Filter, look: Look, seen: MapData) -> dict[str, Any]:
    """The messages of the circle, with the same bar of actions as the queue."""
    found, start, last = seen.inside, start_of(request), take_flash_message(request)
    more = ""
    if found is not None and start + LISTED < found.total:
        more = link("map", wanted, [*look.pairs, ("start", str(start + LISTED))])
    return {
        "listed": rows(site, found.rows, wanted) if found is not None else [],
        "found": messages(found.total) if found is not None else "",
        "more": more,
        "code": "",
        "acts": bool(acts_for(viewer)),
        "of_cur": viewer.role in (Role.CUR, Role.ADMINISTRATOR),
        "said": last.words,
        "filter": to_address(wanted),
        "listed_total": found.total if found is not None else 0,
        "ticked": frozenset(last.ticked),
        "whom": names.name_of_code(names.agencies(site.directory()), last.whom),
        "here": f"/map?{request.url.query or urlencode(look.pairs)}",
    }


def messages(many: int) -> str:
    """The count with the right form of «сообщение»."""
    return plural(many, "сообщение", "сообщения", "сообщений")


# The drawing.


def shapes_of(site: Site, wanted: Filter) -> tuple[Shape, ...]:
    """The outlines to draw; one municipality alone fills the map."""
    assert site.map is not None
    chosen = tuple(shape for shape in site.map.shapes if wanted.places == (shape.code,))
    return chosen or site.map.shapes


def wide_of(shapes: tuple[Shape, ...]) -> float:
    """How wide the map is drawn, in points, so that it does not get too high."""
    high = ground(shapes, WIDE).high
    return round(WIDE * min(1.0, HIGH / high))


def corners(site: Site, wanted: Filter) -> dict[str, str] | None:
    """The figures by which the browser turns points into degrees; None without a map."""
    if site.map is None:
        return None
    shapes = shapes_of(site, wanted)
    drawn = ground(shapes, wide_of(shapes))
    values = {"left": drawn.left, "top": drawn.top, "across": drawn.across, "up": drawn.up, "high": drawn.high}
    return {name: f"{value:.6f}" for name, value in values.items()}


def drawing(site: Site, wanted: Filter, look: Look, seen: MapData) -> str:
    """The SVG of the map; "" where the region has none."""
    if site.map is None:
        return ""
    shapes = shapes_of(site, wanted)
    there = [shape.code for shape in site.map.shapes if shape in shapes]
    areas = tuple(area(site, wanted, look, code, seen.places.get(code, Counts())) for code in there)
    ranks = ranks_of(areas)
    ring = wanted.circle
    return chart_map(
        Map(
            MEASURES[look.measure].capitalize(),
            ABOUT[look.measure],
            shapes,
            tuple(replace(area, rank=ranks.get(area.code, 0)) for area in areas),
            steps([area.value for area in areas if area.value is not None and not area.few]),
            site.map.by,
            unit="%" if look.measure == "overdue" else "шт.",
            few="мало открытых",
            wide=wide_of(shapes),
            dots=dots(wanted, seen.cells) if look.layer != "none" else (),
            heat=look.layer == "heat",
            ring=None if ring is None else Ring(ring.longitude, ring.latitude, ring.radius / KM),
        )
    ).svg


ABOUT = {
    "overdue": "Чем темнее, тем больше доля просроченных среди открытых сейчас. Заштриховано, где открытых мало.",
    "count": "Чем темнее, тем больше сообщений.",
}


def area(site: Site, wanted: Filter, look: Look, code: str, counts: Counts) -> Area:
    """One municipality with its figure and link."""
    here, name = replace(wanted, places=(code,)), place_title(site.directory(), code) or code
    if look.measure == "count":
        return Area(code, name, counts.all, href=link(Section.QUEUE, here), words=messages(counts.all))
    told = f"просрочено {number(counts.late)} из {number(counts.open)} открытых"
    few = 0 < counts.open < LEAST
    href = link(Section.QUEUE, replace(here, view=View.OVERDUE))
    return Area(code, name, share(counts.late, counts.open), few=few, href=href, words=told)


def ranks_of(areas: Sequence[Area]) -> dict[str, int]:
    """The five with the most have numbers, as in the table."""
    known = [area for area in areas if area.value and not area.few]
    known.sort(key=lambda area: (-(area.value or 0), area.code))
    return {area.code: place for place, area in enumerate(known[:WORST], 1)} if len(areas) > 1 else {}


def steps(values: Sequence[float]) -> tuple[float, float, float, float]:
    """Borders between five shades with about as many municipalities in each."""
    known, found = sorted(values), [0.0]
    for turn in range(1, 5):
        picked = float(round(known[len(known) * turn // 5])) if known else 0.0
        found.append(max(picked, found[-1] + 1))
    return found[1], found[2], found[3], found[4]


def dots(wanted: Filter, cells: Sequence[tuple[Cell, int]]) -> tuple[Dot, ...]:
    """The dots of the map: each leads to the messages of its cell; inside a circle that was drawn to those of both,
    which are the same."""
    return tuple(
        Dot(
            cell.longitude,
            cell.latitude,
            many,
            f"{messages(many)}, около {cell.latitude:.3f}; {cell.longitude:.3f}".replace(".", ","),
            link(Section.QUEUE, replace(wanted, circle=cell.circle)),
        )
        for cell, many in cells
    )


# What is written.


def table(request: Request, site: Site, wanted: Filter, look: Look, seen: MapData) -> list[dict[str, str]]:
    """A row for each municipality, the worst first."""
    asked = {code: counts for code, counts in seen.places.items() if may_ask(viewer_of(request), code)}
    values = {code: area(site, wanted, look, code, counts) for code, counts in asked.items()}
    there = {shape.code for shape in site.map.shapes} if site.map is not None else set()
    ranks = ranks_of([value for value in values.values() if value.code in there])
    found = []
    for code in sorted(values, key=lambda code: (values[code].few, -(values[code].value or 0), values[code].name)):
        counts, here = seen.places[code], replace(wanted, places=(code or NONE,))
        part = share(counts.late, counts.open)
        found.append(
            {
                "name": values[code].name or "Место не указано",
                "why": why(request, code)
                or (link("map", replace(here, circle=None), look.pairs) if code in there else ""),
                "rank": str(ranks.get(code, "")),
                "all": number(counts.all),
                "all_href": link(Section.QUEUE, here),
                "open": number(counts.open),
                "open_href": link(Section.QUEUE, replace(here, view=View.OPEN)),
                "late": number(counts.late),
                "late_href": link(Section.QUEUE, replace(here, view=View.OVERDUE)),
                "share": "—" if part is None else "мало" if counts.open < LEAST else figure(part, 1),
            }
        )
    return found


def why(request: Request, code: str) -> str:
    """The page that says why this municipality stands where it stands; empty for whoever has none."""
    if not code:
        return ""
    if offers(request, Section.PLACES):
        return f"/{Section.PLACES}/{code}"
    of_own = viewer_of(request).role is Role.MUNICIPALITY and offers(request, "standing")
    return "/standing" if of_own else ""


def may_ask(viewer: Viewer, code: str) -> bool:
    """Whether the viewer may ask for this municipality: whoever is bound to one sees no other's."""
    return viewer.role is not Role.MUNICIPALITY or code == viewer.scope


TABLE = ("муниципалитет", "сообщений", "открытых сейчас", "из них просрочено", "просрочено, %")


def table_of(site: Site, viewer: Viewer, wanted: Filter, seen: MapData) -> list[list[str | int | float]]:
    """The lines of the file: municipality, messages, open ones, overdue ones, their share; «мало» for the share of
    few."""
    directory = site.directory()
    lines: list[list[str | int | float]] = []
    for code, counts in sorted(seen.places.items()):
        part = share(counts.late, counts.open)
        known = "" if part is None else round(part, 1) if counts.open >= LEAST else "мало"
        lines.append([place_title(directory, code) or "место не указано", counts.all, counts.open, counts.late, known])
    return lines


@dataclass(frozen=True, slots=True)
class Street:
    """Messages without a point that name the same street."""

    name: str
    place: str
    numbers: list[tuple[str, str]]


def streets(site: Site, wanted: Filter, found: Sequence[ListedAppeal]) -> list[Street]:
    """The streets of the messages, those with the most messages first; who named no street is in none."""
    known: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in found:
        street = brief(row.address).partition(",")[0].strip()
        if street:
            known[row.place, street].append(row.code)
    ordered = sorted(known.items(), key=lambda street_codes: (-len(street_codes[1]), street_codes[0]))
    return [
        Street(
            street,
            place_title(site.directory(), place),
            [(code, link(Section.QUEUE, wanted, [("open", code)])) for code in codes],
        )
        for (place, street), codes in ordered
    ]


MENU = MenuEntry("map", "Карта", frozenset(Role), Section.QUEUE, in_sight=True, tab=True)
PAGES = (Page("/map", region_map, MENU), Page("/map.{form}", region_map, MENU))
