"""Why the open API does not answer, in the words and the two forms of the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WORDS = {
    400: "Запрос не понят. Сверьте его с описанием: /api/openapi.json.",
    401: "Нужен ключ приложения: api_key. Его выдаёт администратор.",
    403: "Этого сделать нельзя.",
    404: "Такого нет.",
    405: "Так этот адрес не спрашивают.",
    413: "Слишком много за один раз.",
    429: "Слишком часто. Подождите.",
    500: "Ошибка в программе. Повторите позже.",
    503: "База данных не отвечает. Повторите через минуту.",
}


@dataclass(frozen=True, slots=True)
class ApiRefused(Exception):  # noqa: N818 - a refusal is an answer
    """`told` stands instead of the words of the status."""

    status: int
    told: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Why it was refused: its own words, else those of its status."""
        return self.told or WORDS.get(self.status, WORDS[400])
