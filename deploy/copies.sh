#!/bin/sh -eu
# Кладёт новые копии рядом с прежними, но на другой диск, и не держит ключи дольше недели: старая пара вернула бы тех,
# кого удалили. Сами копии бот проверил и закрыл ключом.
from="${PRIEMNAYA_FROM:-/var/lib/priemnaya/backups}"
to="${PRIEMNAYA_COPIES:?куда класть копии: впишите PRIEMNAYA_COPIES в /etc/priemnaya/copies.env}"

say() { echo "$*" >&2; }

[ -d "$from" ] || { say "Папки $from нет: бот ещё не делал копий."; exit 1; }
mkdir -p "$to" "$to-keys"
if [ "$(stat -c %d "$from")" = "$(stat -c %d "$to")" ] && [ "${PRIEMNAYA_SAME_DISK:-no}" != yes ]; then
    say "$to на том же диске, что и база. Выберите другой диск."
    exit 1
fi

copied=0
for pair in "$from:$to" "$from-keys:$to-keys"; do
    source="${pair%%:*}" target="${pair#*:}"
    [ -d "$source" ] || continue
    for file in "$source"/*; do
        [ -f "$file" ] || continue
        name="$(basename "$file")"
        [ -e "$target/$name" ] && continue
        # Сначала под чужим именем: оборванная копия не должна выглядеть целой.
        cp -p "$file" "$target/.$name.part"
        cmp -s "$file" "$target/.$name.part" || { say "$name скопировалась неверно."; exit 1; }
        mv "$target/.$name.part" "$target/$name"
        copied=$((copied + 1))
    done
done
find "$to-keys" -type f -mtime +7 -delete
find "$to" -type f -mtime "+${PRIEMNAYA_DAYS:-60}" -delete
say "Скопировано: $copied."
# Ваша команда с папкой копий и папкой ключей: отправить их с этой машины (rclone, restic, scp). Её отказ — наш отказ.
if [ -n "${PRIEMNAYA_AFTER:-}" ]; then "$PRIEMNAYA_AFTER" "$to" "$to-keys"; fi
