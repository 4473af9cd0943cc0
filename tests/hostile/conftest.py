"""A fresh PostgreSQL database where a test wants the stricter engine too."""

from tests.bot.conftest import ground, player, stage  # noqa: F401
from tests.storage.conftest import postgresql, postgresql_template  # noqa: F401
from tests.transcripts.conftest import postgresql_url  # noqa: F401
