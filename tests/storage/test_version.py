"""The versions read from file names are those that Alembic would go through."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

import storage.db.migrations
from storage.db.version import newest, revisions


def test_the_names_of_files_say_what_alembic_says() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.db.migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    assert revisions() == tuple(revision.revision for revision in script.walk_revisions())[::-1]
    assert newest() == script.get_current_head()
