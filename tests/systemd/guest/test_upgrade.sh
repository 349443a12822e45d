# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# From an older package to this one: history, configuration and what runs stay.

# Replaces the package by an older one, which is this one with another version and another configuration file.
install_older() {
        rm -rf /tmp/older
        dpkg-deb -R /packages/ebsreportd_[0-9]*.deb /tmp/older
        sed -i 's/^Version: .*/Version: 0.0.9/' /tmp/older/DEBIAN/control
        echo '# of the older package' >>/tmp/older/etc/ebsreportd/ebsreportd.conf
        dpkg-deb -b /tmp/older /tmp/ebsreportd_0.0.9.deb
        DEBIAN_FRONTEND=noninteractive apt-get install -y --allow-downgrades /tmp/ebsreportd_0.0.9.deb
}

# Whether a process of a user is there; a minimal system has no pgrep.
has_processes() {
        find /proc -maxdepth 1 -regex '/proc/[0-9]*' -user "$1" 2>/dev/null | expect .
}

upgrade() {
        DEBIAN_FRONTEND=noninteractive apt-get install -y "$@" /packages/ebsreportd_[0-9]*.deb
        dpkg-query -W -f '${Status} ${Version}' ebsreportd | expect '^install ok installed 0\.1'
}

test_upgrade_keeps_history_and_restarts_what_runs() {
        local pid other_pid runs
        start_afresh
        give_keys ebsreportd.aws
        give_keys ebsreportd.other.aws
        cp /etc/ebsreportd/environment /etc/ebsreportd/other.environment
        echo 'interval = 1h' >/etc/ebsreportd/other.conf
        start_sim
        install_older
        systemctl enable --now ebsreportd.service
        systemctl start ebsreportd@other.service
        wait_until status_says '^3/3 regions'
        wait_until has_runs 1 /var/lib/ebsreportd/other/history.db
        pid=$(property MainPID ebsreportd.service) other_pid=$(property MainPID ebsreportd@other.service)
        runs=$(query 'SELECT count(*) FROM v1_run')

        upgrade
        [ "$(systemctl is-enabled ebsreportd.service)" = enabled ]
        [ "$(property MainPID ebsreportd.service)" != "$pid" ]
        [ "$(property MainPID ebsreportd@other.service)" != "$other_pid" ]
        wait_until has_runs $((runs + 1))
        [ "$(query 'SELECT min(run_id) FROM v1_run')" = 1 ]
        [ "$(systemctl is-active ebsreportd-once.timer)" = inactive ]
        # Nobody had changed the configuration file: it is the new package's.
        cmp /etc/ebsreportd/ebsreportd.conf /host/ebsreportd.conf
        systemctl disable --now ebsreportd.service
}

test_upgrade_keeps_what_the_administrator_configured() {
        start_afresh
        install_older
        configure 'interval = 7min'
        upgrade -o Dpkg::Options::=--force-confold
        expect '^interval = 7min$' </etc/ebsreportd/ebsreportd.conf
        rm -f /etc/ebsreportd/ebsreportd.conf.dpkg-*
        [ "$(systemctl is-active ebsreportd.service)" = inactive ]
}

# A history as an older version made it, with a run in it.
test_upgrade_takes_an_older_history_along() {
        local started_at
        started_at=$(($(date +%s) - 3600))
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        install -d -m 0750 -o ebsreportd -g ebsreportd /var/lib/ebsreportd
        {
                cat /source/tests/unit/schema-2.sql
                echo 'INSERT INTO run (started_at, mode, status, workers, regions_ok, regions_failed, wall_us, busy_us,'
                echo 'cpu_us, calls, retries, throttles, regions_assumed)'
                echo "VALUES ($started_at, 'sweep', 'failed', 1, 0, 1, 1, 1, 1, 1, 0, 0, 0);"
                echo 'PRAGMA application_id = 0x45425352; PRAGMA user_version = 2; PRAGMA journal_mode = WAL;'
        } | runuser -u ebsreportd -- sqlite3 "$DATABASE"
        systemctl start ebsreportd.service
        wait_until has_runs 2
        [ "$(query 'SELECT started_at FROM v1_run WHERE run_id = 1')" = "$started_at" ]
        [ "$(query 'PRAGMA user_version')" -gt 2 ]
        [ "$(integrity)" = ok ]
}

test_removed_package_leaves_history_and_configuration() {
        local runs
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        configure 'interval = 1h'
        systemctl enable --now ebsreportd.service
        wait_until status_says '^3/3 regions'
        runs=$(query 'SELECT count(*) FROM v1_run')
        DEBIAN_FRONTEND=noninteractive apt-get remove -y ebsreportd
        ! has_processes ebsreportd || fail 'something of it still runs'
        ! systemctl cat ebsreportd.service || fail 'the unit is still there'
        [ "$(query 'SELECT count(*) FROM v1_run')" = "$runs" ]
        expect '^interval = 1h$' </etc/ebsreportd/ebsreportd.conf
        upgrade
        [ "$(systemctl is-enabled ebsreportd.service)" = enabled ]
        systemctl start ebsreportd.service
        wait_until has_runs $((runs + 1))
        systemctl disable --now ebsreportd.service
}
