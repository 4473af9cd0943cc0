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
# Дважды и сравнить: кто соберёт тот же коммит, получит те же байты.
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH
# README эмулятора для указателя пакетов: ссылки ведут туда, где опубликовано (PUBLISHED_AT=https://…/blob/метка), иначе остаются слова.
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
cp -R emulator "$copy"
.venv/bin/python tools/readme_alone.py "$copy/emulator/README.md" emulator
for part in . "$copy/emulator"; do
	"$uv" build --wheel --quiet -o dist "$part"
	"$uv" build --wheel --quiet -o dist/again "$part"
done
rm -f dist/.gitignore dist/again/.gitignore
for wheel in dist/*.whl; do
	cmp -s "$wheel" "dist/again/${wheel#dist/}" || stop "Собрано дважды, и файлы разные: $wheel"
done
rm -rf dist/again
"$uv" export --frozen --no-dev --all-extras --no-extra sandbox --format cyclonedx1.5 --quiet >"dist/priemnaya-$version.sbom.json"
# Раздел этой версии, без её заголовка: текст к выпуску.
awk -v head="## $version" '$0 == head {on = 1; next} /^## / {on = 0} on' CHANGELOG.md >"dist/priemnaya-$version.notes.md"
(cd dist && sha256sum -- * >SHA256SUMS)
echo "dist/: выпуск $version готов."
cat dist/SHA256SUMS
