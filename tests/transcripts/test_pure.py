"""Every transcript on the pure core."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching import Matcher
from states.directory import Directory
from tests.transcripts import kept
from tests.transcripts.pure import PureStage
from tests.transcripts.script import Player, directed, pages_of, read, transcripts


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
async def test_transcript_on_the_pure_core(path: Path, region: Directory, matcher: Matcher) -> None:
    script = read(path)
    stage = PureStage(directed(region, script), matcher, pages=pages_of(script))
    await Player(stage).play(script["talk"])
    kept.words_kept(stage)
    kept.no_courtesy_alone(stage)
