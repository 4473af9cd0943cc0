"""Where on the map a message is, as coarsely as is kept outside of its sealed body: a cell of about half a kilometre.

It must never be made finer without the threats saying so (T21): who has the database and not its keys sees the cells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from states.lifecycle.appeal import Appeal

HIGH, WIDE = 0.005, 0.01
"""Degrees of a cell: 556 m to the north, at 55° about 640 m to the east."""
KM = 111.32
"""Kilometres of a degree of latitude."""
LARGEST = 200.0
"""Kilometres of a circle's radius; more is the whole region."""
ALONE = 0.1
"""A circle with this radius around the middle of a cell holds no other middle."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`row` to the north, `column` to the east."""

    row: int
    column: int

    @property
    def latitude(self) -> float:
        """The latitude of the middle of the cell, in degrees."""
        return (self.row + 0.5) * HIGH

    @property
    def longitude(self) -> float:
        """The longitude of the middle of the cell, in degrees."""
        return (self.column + 0.5) * WIDE

    @property
    def circle(self) -> Circle:
        """The circle that holds this cell and no other."""
        return Circle(round(self.latitude, 4), round(self.longitude, 4), ALONE)


@dataclass(frozen=True, slots=True)
class Circle:
    """In degrees and kilometres. A message is in it where the middle of its cell is."""

    latitude: float
    longitude: float
    radius: float

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{self.latitude:.4f},{self.longitude:.4f},{self.radius:g}"

    @property
    def squeeze(self) -> float:
        """How many degrees of latitude a degree of longitude is as long as, at its middle."""
        return math.cos(math.radians(self.latitude))

    def holds(self, cell: Cell) -> bool:
        """Whether the middle of the cell lies within the radius, in kilometres."""
        north = (cell.latitude - self.latitude) * KM
        east = (cell.longitude - self.longitude) * KM * self.squeeze
        return north * north + east * east <= self.radius * self.radius


def cell_of(appeal: Appeal) -> Cell | None:
    """The cell of the first point that came with the appeal; None without a point, or for invalid coordinates."""
    for piece in appeal.pieces:
        point = piece.location
        if point is not None and abs(point.latitude) <= 90 and abs(point.longitude) <= 180:
            return Cell(math.floor(point.latitude / HIGH), math.floor(point.longitude / WIDE))
    return None


def circle_of(said: str) -> Circle | None:
    """The circle that «55.1600,61.4000,2.5» writes (degrees, kilometres); None for anything else."""
    parts = said.split(",")
    try:
        latitude, longitude, radius = (float(part) for part in parts)
    except ValueError:
        return None
    found = Circle(latitude, longitude, radius)
    there = -89 <= latitude <= 89 and -180 <= longitude <= 180 and 0 < radius <= LARGEST
    return found if there else None
