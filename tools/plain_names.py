"""Lists names that an engineer from outside would not understand. A reading aid, not a judge: some rows are right.

    python tools/plain_names.py [FOLDER …]          counts, then the worst of each kind
    python tools/plain_names.py --all [FOLDER …]    every one
    python tools/plain_names.py --check             fails where there are more than the tree had last

Kinds: a function named by a bare participle (`told`, `brought`: does it read, write or compute?); a name with several
meanings (the same class or function name in many modules); `one` as a variable; a module named like another one.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from pathlib import Path

FOLDERS = ("bot", "features", "handlers", "states", "storage", "matching", "screening", "emulator/vk_emulator")
AT_MOST = {"participles": 45, "one": 20, "classes": 6}
"""What the tree may have. Of the participles 39 are keys of a region's own wordings (bot/region/wordings.py)."""
WORDS = """
    told said shown known seen taken given made kept found left held sent read put set born begun brought thought
    meant heard spoken written done gone come lent spent felt built bound chosen drawn driven fallen forgotten
    hidden laid led lost met paid rung run sold shut split stood struck sworn torn understood undone withdrawn
    worn wound lifted parted
"""
IRREGULAR = frozenset(WORDS.split())
PARTICIPLE_OK = frozenset(
    {"read", "put", "set", "run", "split", "left", "bound", "need", "feed", "seed", "embed", "speed"}
)


def participle(name: str) -> bool:
    """Whether the name is one participle and nothing else, of which nobody sees what it does."""
    bare = name.strip("_")
    if "_" in bare or bare in PARTICIPLE_OK:
        return False
    return bare in IRREGULAR or (len(bare) > 4 and bare.endswith("ed") and not bare.endswith("eed"))


def main() -> int:
    args = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    shown = None if "--all" in sys.argv else 12
    participles: list[str] = []
    modules: defaultdict[str, list[str]] = defaultdict(list)
    classes: defaultdict[str, list[str]] = defaultdict(list)
    functions: defaultdict[str, list[str]] = defaultdict(list)
    ones: Counter[str] = Counter()
    total = 0
    for folder in args or FOLDERS:
        for path in sorted(Path(folder).rglob("*.py")):
            if "migrations" in path.parts or path.name == "__init__.py":
                continue
            modules[path.stem].append(str(path))
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                where = f"{path}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    total += 1
                    functions[node.name.strip("_")].append(where)
                    if participle(node.name):
                        participles.append(f"{where} {node.name}")
                elif isinstance(node, ast.ClassDef):
                    classes[node.name.strip("_")].append(where)
                elif isinstance(node, ast.Name) and node.id == "one":
                    ones[str(path)] += 1
    print(f"functions: {total}; named by a bare participle: {len(participles)}")
    for row in participles[:shown]:
        print("  ", row)
    print(f"uses of the name `one`: {sum(ones.values())}")
    for name, count in ones.most_common(shown):
        print("  ", count, name)
    for title, found, least in (("class", classes, 3), ("function", functions, 8), ("module", modules, 3)):
        many = sorted(((name, at) for name, at in found.items() if len(at) >= least), key=lambda item: -len(item[1]))
        print(f"{title} names in {least} places or more: {len(many)}")
        for name, at in many[:shown]:
            print("  ", len(at), name, at[0], "…")
    had = {"participles": len(participles), "one": sum(ones.values())}
    had["classes"] = sum(len(at) >= 3 for at in classes.values())
    more = {kind: count for kind, count in had.items() if count > AT_MOST[kind]}
    if "--check" in sys.argv and more:
        print("more than before:", more, AT_MOST)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
