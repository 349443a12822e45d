# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What goes wrong, and that the daemon gets over it.

# Short intervals, and restarts at once.
start_daemon() {
        give_keys ebsreportd.aws
        configure 'interval = 1s' "$@"
        drop_in ebsreportd.service '[Service]' RestartSec=100ms
        systemctl start ebsreportd.service
}

last_run() {
        query 'SELECT coalesce(max(run_id), 0) FROM v1_run'
}

has_restarted() {
        [ "$(property NRestarts ebsreportd.service)" -ge 1 ] && [ "$(systemctl is-active ebsreportd.service)" = active ]
}

test_watchdog_restarts_a_daemon_that_hangs() {
        local pid
        start_afresh
        start_sim
        start_daemon
        drop_in ebsreportd.service '[Service]' RestartSec=100ms WatchdogSec=1s
        systemctl restart ebsreportd.service
        wait_until has_runs 1
        pid=$(main_pid)
        kill -STOP "$pid"
        wait_until has_restarted
        logged -u ebsreportd.service | expect "Watchdog timeout"
        [ "$(main_pid)" != "$pid" ]
        wait_until has_new_runs "$(last_run)"
        [ "$(integrity)" = ok ]
}

is_held() {
        expect '^TracerPid:\s*[1-9]' <"/proc/$1/status"
}

# A worker that cannot be killed, as one that waits for a broken disk: a tracer that never looks keeps it from ending,
# and the daemon, which has to bury it, from going on with the run.
hold_worker() {
        local number
        case $(uname -m) in
        x86_64) number=101 ;;
        *) number=117 ;;
        esac
        # PTRACE_SEIZE, then PTRACE_INTERRUPT.
        systemd-run --quiet --unit=holder perl -e '($number, $pid) = map { 0 + $_ } @ARGV;
                syscall($number, $_, $pid, 0, 0) == 0 or die "ptrace: $!" for 0x4206, 0x4207; sleep' "$number" "$1"
        wait_until is_held "$1"
}

test_watchdog_restarts_a_daemon_whose_run_hangs() {
        local pid worker
        start_afresh
        start_sim --fault action=DescribeVolumes,kind=hang
        give_keys ebsreportd.aws
        configure 'interval = 1s' 'call_timeout = 500ms'
        drop_in ebsreportd.service '[Service]' RestartSec=100ms WatchdogSec=2s
        systemctl start ebsreportd.service
        wait_until has_workers
        pid=$(main_pid) worker=$(workers)
        hold_worker "${worker%% *}"
        # The daemon gives the worker up and means to kill it. It needs no help to be found out.
        start_sim
        wait_until has_restarted
        logged -u ebsreportd.service >/host/hung
        systemctl stop holder.service
        expect "Watchdog timeout" </host/hung
        expect "^the ebsreportd before, process $pid, was killed .*, in a sweep run" </host/hung
        [ "$(main_pid)" != "$pid" ]
        wait_until has_new_runs "$(last_run)"
        wait_until status_says '^3/3 regions, '
        [ "$(integrity)" = ok ]
}

test_killed_workers_cost_nothing() {
        local pid
        start_afresh
        start_sim --latency-ms 300
        start_daemon 'interval = 1h'
        wait_until has_workers
        for pid in $(workers); do kill -KILL "$pid" || :; done
        wait_until has_runs 1
        [ "$(query 'SELECT status FROM v1_run')" = ok ]
        [ "$(query 'SELECT count(*) FROM v1_latest WHERE attached_gib > 0')" = 3 ]
        [ "$(property NRestarts ebsreportd.service)" = 0 ]
}

test_killed_daemon_comes_back_and_nothing_is_half() {
        local pid children
        start_afresh
        start_sim --latency-ms 300
        start_daemon
        wait_until has_runs 1
        wait_until has_workers
        pid=$(main_pid) children=$(workers)
        kill -KILL "$pid"
        wait_until has_restarted
        logged -u ebsreportd.service | expect "^the ebsreportd before, process $pid, was killed .*, in a [a-z]+ run"
        # The workers went with the daemon that forked them.
        for pid in $children; do [ ! -d "/proc/$pid" ] || fail "worker $pid is still there"; done
        wait_until has_new_runs "$(last_run)"
        [ "$(query 'SELECT DISTINCT count(*) FROM region_total GROUP BY run_id')" = 3 ]
        [ "$(integrity)" = ok ]
}

test_stop_in_the_middle_of_a_run_stores_nothing_half() {
        start_afresh
        start_sim --fault action=DescribeVolumes,kind=hang
        start_daemon
        wait_until has_workers
        systemctl stop ebsreportd.service
        # Neither SIGKILL nor a time-out of the unit was needed.
        [ "$(property Result ebsreportd.service)" = success ]
        [ "$(query 'SELECT count(*) FROM v1_run')" = 0 ]
}

# The history's directory is a file system that the schema fits into, and what a run finds does not.
test_full_disk() {
        start_afresh
        start_sim --instances 5000
        mount -t tmpfs -o size=1m,mode=0750,uid=ebsreportd,gid=ebsreportd tmpfs /var/lib/ebsreportd
        start_daemon
        wait_until status_says 'not stored: .*no space left'
        logged -u ebsreportd.service | expect '^the run is not stored: '
        [ "$(systemctl is-active ebsreportd.service)" = active ]
        [ "$(query 'SELECT count(*) FROM v1_run')" = 0 ]
        mount -o remount,size=64m /var/lib/ebsreportd
        wait_until has_new_runs 0
        wait_until status_says '^3/3 regions, [0-9,]* GiB attached, next run in [^;]*$'
        logged -u ebsreportd.service | expect '^the history is stored again'
        [ "$(property NRestarts ebsreportd.service)" = 0 ]
        [ "$(integrity)" = ok ]
        systemctl stop ebsreportd.service
        umount /var/lib/ebsreportd
}

test_service_that_goes_down_and_comes_back() {
        local before
        start_afresh
        start_sim
        start_daemon 'max_attempts = 1'
        wait_until has_new_runs 0
        stop_sim
        wait_until status_says '^the last run failed, next run in .*no connection'
        before=$(last_run)
        start_sim
        wait_until has_new_runs "$before"
        wait_until status_says '^3/3 regions, '
        [ "$(property NRestarts ebsreportd.service)" = 0 ]
        logged -u ebsreportd.service | expect '^eu-west-1: works again, after [0-9]+ failed run'
}

test_failure_for_good_is_told() {
        start_afresh
        give_keys ebsreportd.aws
        mkdir -p /etc/systemd/system/ebsreportd.service.d
        cp /usr/share/doc/ebsreportd/examples/on-failure.conf /etc/systemd/system/ebsreportd.service.d/
        cp /usr/share/doc/ebsreportd/examples/ebsreportd-failed@.service /etc/systemd/system/
        systemctl daemon-reload
        configure 'interval = soon'
        ! systemctl start ebsreportd.service || fail 'it started with a bad configuration'
        [ "$(property NRestarts ebsreportd.service)" = 0 ]
        wait_until has_logged "interval: 'soon'" -t ebsreportd-failed
}
