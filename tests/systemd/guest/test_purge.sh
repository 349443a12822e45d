# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What is left of everything that the tests before did, in logs and history; and nothing, once the package is purged.

test_logs_hold_no_secret() {
        journalctl --sync
        journalctl -o export >/host/journal.export
        ! grep -qaF "$SECRET" /host/journal.export || fail 'the journal has the secret key'
        ! grep -qaF "$SECRET" -r /var/lib/ebsreportd || fail 'the history has the secret key'
        rm /host/journal.export
}

test_purge() {
        start_afresh
        give_keys ebsreportd.aws
        give_keys ebsreportd.other.aws
        start_sim
        systemctl enable --now ebsreportd-once.timer
        systemctl enable ebsreportd.service ebsreportd@other.service
        systemctl start ebsreportd-once.service
        stop_sim
        rm -f /etc/ebsreportd/environment
        DEBIAN_FRONTEND=noninteractive apt-get purge -y ebsreportd
        systemctl list-units --all --no-legend --plain 'ebsreportd*' | expect_not .
        rmdir /etc/credstore 2>/dev/null || :
        userdel reader
        userdel stranger
        list_files >/host/files-after
        comm -13 /host/files-before /host/files-after >/host/files-left
        # The accounts' files, logs, caches, and what dpkg, apt and systemd keep for themselves are none of the package's.
        grep -vE -e '^/(root|tmp|var/(backups|cache|log|tmp|lib/(apt|dpkg|private|systemd)))' \
                -e '^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$' /host/files-left >/host/files-of-it || :
        expect_not . </host/files-of-it
        find / /run -xdev \( -path /host -o -path /tmp \) -prune -o \
                \( -user ebsreportd -o -name '*ebsreportd*' \) -print | expect_not .
}
