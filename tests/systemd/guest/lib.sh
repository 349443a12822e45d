# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests in the guest share. The guest is theirs alone: fixed ports and paths are safe.

SIM_URL=http://127.0.0.1
KEY=AKIASIM0123456789012
SECRET=secret-of-$KEY
# shellcheck disable=SC2034 # for the tests
DATABASE=/var/lib/ebsreportd/history.db

fail() {
        echo "$*" >&2
        exit 1
}

# Waits until a command succeeds, and fails after a time that no working system takes: WAIT seconds, or 30.
wait_until() {
        local end=$((SECONDS + ${WAIT-30}))
        { set +x; } 2>/dev/null
        until ("$@") >/dev/null 2>&1; do
                [ "$SECONDS" -lt "$end" ] || fail "waited for: $*"
                sleep 0.1
        done
        set -x
}

# The text on standard input must hold a line that matches.
expect() {
        local text
        text=$(cat)
        grep -qE -- "$1" <<<"$text" || fail "no line matches \"$1\": $text"
}

expect_not() {
        local text
        text=$(cat)
        ! grep -qE -- "$1" <<<"$text" || fail "a line matches \"$1\": $text"
}

# The arguments are ec2sim's. It is EC2 on 127.0.0.1, and an instance's metadata where a test has given the guest that
# address.
start_sim() {
        stop_sim
        systemd-run --quiet --unit=ec2sim /ec2sim/ec2sim --address 0.0.0.0 --port 80 \
                --regions us-east-1,eu-west-1,ap-south-1 "$@"
        wait_until sim_answers
}

sim_answers() {
        journalctl --no-pager -o cat "_SYSTEMD_INVOCATION_ID=$(property InvocationID ec2sim.service)" |
                expect 'listening on'
}

stop_sim() {
        systemctl stop ec2sim.service 2>/dev/null || :
        systemctl reset-failed ec2sim.service 2>/dev/null || :
}

# Nothing of an earlier test: no process, no history, no settings of its own, no drop-in.
start_afresh() {
        systemctl stop ebsreportd.service 'ebsreportd@*.service' ebsreportd-once.timer ebsreportd-once.service
        stop_sim
        rm -rf /var/lib/ebsreportd/* /etc/credstore /etc/credstore.encrypted /etc/systemd/system/ebsreportd*.d
        # What systemctl set-property --runtime has set.
        rm -rf /run/systemd/system.control/ebsreportd*.d
        rm -rf /etc/ebsreportd/[!e]* /etc/ebsreportd/environment /etc/systemd/system/ebsreportd-failed@.service
        ! mountpoint -q /var/lib/ebsreportd || umount /var/lib/ebsreportd
        systemctl daemon-reload
        systemctl reset-failed
        cp /host/ebsreportd.conf /etc/ebsreportd/ebsreportd.conf
        use_endpoint "$SIM_URL"
        date +%s.%6N >/run/test-start
}

# In the environment: the configuration file as it is installed is then what is tested.
use_endpoint() {
        echo "AWS_ENDPOINT_URL=$1" >/etc/ebsreportd/environment
}

# As the AWS CLI has it.
keys_file() {
        printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$KEY" "$SECRET"
}

# The keys for a unit, as README has them installed.
give_keys() {
        install -d -m 0700 /etc/credstore
        keys_file >"/etc/credstore/$1"
        chmod 0600 "/etc/credstore/$1"
}

# Sets keys of the configuration: "KEY = VALUE"...
configure() {
        local line
        for line; do
                sed -i "/^${line%% *} *=/d" /etc/ebsreportd/ebsreportd.conf
                echo "$line" >>/etc/ebsreportd/ebsreportd.conf
        done
}

# Adds settings to a unit: UNIT LINE...
drop_in() {
        local unit=$1
        shift
        mkdir -p "/etc/systemd/system/$unit.d"
        printf '%s\n' "$@" >"/etc/systemd/system/$unit.d/test.conf"
        systemctl daemon-reload
}

# A query as a member of the group, who may read and no more.
query() {
        runuser -u reader -- sqlite3 -readonly "${2-$DATABASE}" "$1"
}

property() {
        systemctl show --value -p "$1" "$2"
}

# What was logged since start_afresh; the arguments are journalctl's: -u UNIT, FIELD=VALUE.
logged() {
        journalctl --sync
        journalctl --no-pager -o cat --since "@$(cat /run/test-start)" "$@"
}

has_runs() {
        [ "$(query 'SELECT count(*) FROM v1_run' "${2-$DATABASE}")" -ge "$1" ]
}

# Whether a run behind this one worked.
has_new_runs() {
        [ "$(query "SELECT count(*) FROM v1_run WHERE run_id > $1 AND status = 'ok'")" -ge 1 ]
}

# These two are for wait_until: whether a line matches.
status_says() {
        property StatusText "${2-ebsreportd.service}" | expect "$1"
}

has_logged() {
        local pattern=$1
        shift
        logged "$@" | expect "$pattern"
}

# "36949" as the daemon writes it: "36,949".
with_commas() {
        sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<<"$1"
}

main_pid() {
        property MainPID ebsreportd.service
}

workers() {
        local pid
        pid=$(main_pid)
        cat "/proc/$pid/task/$pid/children"
}

has_workers() {
        [ -n "$(workers)" ]
}

has_no_workers() {
        [ -z "$(workers)" ]
}

# The file system, but for what is the tests' own.
list_files() {
        find / -xdev \( -path /host -o -path /proc -o -path /run -o -path /tests \) -prune -o -print | sort
}

integrity() {
        runuser -u ebsreportd -- sqlite3 "$DATABASE" 'PRAGMA integrity_check'
}
