#!/bin/sh -eu
# Собирает выпуск в dist/: колёса бота и эмулятора, список частей программы, что нового, контрольные суммы. Ничего никуда не отправляет.
# Запуск: make release
cd "$(dirname "$0")/.."
uv="$(ls .venv-uv/*/uv 2>/dev/null | head -1)"
uv="${uv:-uv}"
version="$(.venv/bin/python -c 'from bot import VERSION; print(VERSION)')"

stop() { echo "$*" >&2; exit 1; }

[ "${FORCE:-no}" = yes ] || [ -z "$(git status --porcelain)" ] || stop "Есть незаписанные изменения: сначала git commit."
grep -q "^## $version\$" CHANGELOG.md || stop "В CHANGELOG.md нет раздела «## $version»."
rm -rf dist
mkdir -p dist
for part in . emulator; do "$uv" build --wheel --quiet -o dist "$part"; done
rm -f dist/.gitignore
"$uv" export --frozen --no-dev --all-extras --no-extra sandbox --format cyclonedx1.5 --quiet >"dist/priemnaya-$version.sbom.json"
# Раздел этой версии, без её заголовка: текст к выпуску.
awk -v head="## $version" '$0 == head {on = 1; next} /^## / {on = 0} on' CHANGELOG.md >"dist/priemnaya-$version.notes.md"
(cd dist && sha256sum -- * >SHA256SUMS)
echo "dist/: выпуск $version готов."
cat dist/SHA256SUMS
