#!/bin/sh -eu
# Ставит Приёмную на Debian 12 и новее: sudo deploy/install.sh. Запустите ещё раз, чтобы обновить программу: настройки,
# ключи и база остаются. DESTDIR=папка кладёт всё в эту папку и не трогает служб: для образов и проверки.
here="$(cd "$(dirname "$0")/.." && pwd)"
root="${DESTDIR:-}"
home=/opt/priemnaya etc=/etc/priemnaya state=/var/lib/priemnaya
python="${PYTHON:-python3}" stopped=""

say() { echo "$*"; }
stop() { echo "$*" >&2; exit 2; }

checked() {
    [ -n "$root" ] || [ "$(id -u)" = 0 ] || stop "Нужны права root: sudo deploy/install.sh"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        stop "Нужен Python 3.11 или новее: apt-get install python3"
    [ "$here" != "$home" ] || stop "Запустите из папки с новой версией, а не из $home."
}

user() {
    [ -n "$root" ] && return 0
    getent passwd priemnaya >/dev/null ||
        useradd --system --home-dir "$state" --shell /usr/sbin/nologin --user-group priemnaya
}

program() {
    # Сначала рядом: оборванная установка оставляет прежнюю программу.
    new="$root$home.new"
    rm -rf "$new"
    mkdir -p "$new"
    for part in bot features handlers states storage screening matching regions docs deploy \
        bootstrap.py config.example.env pyproject.toml uv.lock README.md README.ru.md CHANGELOG.md LICENSE Makefile; do
        [ -e "$here/$part" ] && cp -R "$here/$part" "$new/"
    done
    find "$new" -name __pycache__ -type d -prune -exec rm -rf {} +
    [ -d "$root$home/.venv-uv" ] && cp -R "$root$home/.venv-uv" "$new/"
    (cd "$new" && "$python" bootstrap.py --run-only)
    [ -n "$root" ] || [ ! -d "$home" ] || ready
    rm -rf "$root$home.old"
    [ -d "$root$home" ] && mv "$root$home" "$root$home.old"
    mv "$new" "$root$home"
    rm -rf "$root$home.old"
    # Один раз здесь: сама служба ничего в эту папку не пишет, и каждый запуск шёл бы на секунды дольше.
    (cd "$root$home" && .venv/bin/python -m compileall -q bot features handlers states storage screening matching)
    # Служба только читает программу; кто угодно на сервере может на неё смотреть, но не менять.
    chmod -R u=rwX,go=rX "$root$home"
    [ -n "$root" ] || chown -R root:root "$home"
}

ready() {
    # Свежая копия прежней программой, новая пробует себя на ней; только потом бот останавливается.
    if running && ! /usr/local/bin/priemnaya backup; then
        refuse "Не обновляю без свежей копии. Исправьте; если копии делаете сами, повторите с FORCE=yes."
    fi
    if has_database && ! PRIEMNAYA_HOME="$new" sh "$here/deploy/bin/priemnaya" upgrade-check; then
        refuse "Не обновляю. Исправьте или повторите с FORCE=yes."
    fi
    # Программу под работающим ботом не меняют: он дочитал бы её новой.
    paused=$(date +%s)
    for unit in priemnaya-web priemnaya; do
        if running "$unit"; then systemctl stop "$unit"; stopped="$unit $stopped"; fi
    done
}

has_database() { [ -e "$state/priemnaya.db" ] || grep -qs '^BOT_DATABASE_URL=postgresql' "$etc/priemnaya.env"; }

refuse() {
    [ "${FORCE:-no}" = yes ] || { rm -rf "$new"; stop "$1"; }
}

running() { [ -d /run/systemd/system ] && systemctl is-active --quiet "${1:-priemnaya}"; }

settings() {
    mkdir -p "$root$etc" "$root$state"
    chmod 750 "$root$etc"
    chmod 700 "$root$state"
    [ -e "$root$etc/priemnaya.env" ] || cp "$here/deploy/priemnaya.env" "$root$etc/priemnaya.env"
    [ -d "$root$etc/region" ] || cp -R "$here/regions/chelyabinsk" "$root$etc/region"
    [ -e "$root$etc/vk-token" ] || : >"$root$etc/vk-token"
    [ -e "$root$etc/master-key" ] || "$root$home/.venv/bin/python" -m bot keys new "$root$etc/master-key"
    chmod 600 "$root$etc/vk-token" "$root$etc/master-key"
    chmod 640 "$root$etc/priemnaya.env"
    # Справочник читает и тот, кто не root: команды идут от имени priemnaya.
    chmod -R u=rwX,go=rX "$root$etc/region"
    [ -n "$root" ] && return 0
    chown -R priemnaya:priemnaya "$state"
    chown root:priemnaya "$etc" "$etc/priemnaya.env"
}

services() {
    mkdir -p "$root/etc/systemd/system" "$root/etc/systemd" "$root/usr/local/bin"
    cp "$here"/deploy/systemd/*.service "$here"/deploy/systemd/*.timer "$root/etc/systemd/system/"
    cp "$here/deploy/systemd/journald@priemnaya.conf" "$root/etc/systemd/"
    cp "$here/deploy/bin/priemnaya" "$root/usr/local/bin/priemnaya"
    chmod 755 "$root/usr/local/bin/priemnaya"
    [ -n "$root" ] && return 0
    [ -d /run/systemd/system ] || { say "systemd не работает: службы положены, но не включены."; return 0; }
    systemctl daemon-reload
    if [ -n "$stopped" ]; then
        say "Обновляю базу и запускаю: $stopped"
        priemnaya migrate
        systemctl start $stopped
        say "Бот молчал $(($(date +%s) - paused)) с. Что написали за это время, он прочтёт и ответит."
    fi
}

checked
user
program
(cd "$root$home" && settings)
services
say "Готово. Дальше:"
say "  1. Ключ сообщества: sudoedit $etc/vk-token"
say "  2. Оператор и адреса: sudoedit $etc/priemnaya.env"
say "  3. sudo priemnaya migrate && sudo priemnaya directory import $etc/region"
say "  4. sudo priemnaya check"
say "  5. sudo systemctl enable --now priemnaya"
say "  6. Копии на другой диск: PRIEMNAYA_COPIES=/папка в $etc/copies.env, затем systemctl enable --now priemnaya-copies.timer"
say "Главный ключ лежит в $etc/master-key. Сохраните его копию отдельно от копий базы: без него данные не прочитает никто."
