# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Too little memory and too few processes: what the limits of the unit, or a small machine, do to the daemon.

has_controller() {
        grep -qw "$1" /sys/fs/cgroup/cgroup.controllers
}

# Starts the daemon under a limit to memory, in bytes, or to pids. systemd enforces it where it has the controller; where
# the host keeps that to itself, the daemon enters a control group of with-systemd's with such a limit.
start_limited() {
        local controller=$1
        if has_controller "$controller"; then
                drop_in ebsreportd.service '[Service]' RestartSec=100ms MemorySwapMax=0
        else
                chmod 666 "/limits/$controller/cgroup.procs"
                drop_in ebsreportd.service '[Service]' RestartSec=100ms ReadWritePaths=/limits ExecStart= \
                        "ExecStart=/bin/sh -c 'echo 0 >/limits/$controller/cgroup.procs; exec /usr/sbin/ebsreportd'"
        fi
        limit "$controller" "$2"
        systemctl start ebsreportd.service
}

# Sets another limit, also while it runs: CONTROLLER LIMIT, or infinity.
limit() {
        local setting=MemoryMax file=/limits/memory/memory.limit_in_bytes none=-1
        if [ "$1" = pids ]; then
                setting=TasksMax file=/limits/pids/pids.max none=max
        fi
        if has_controller "$1"; then
                systemctl set-property --runtime ebsreportd.service "$setting=$2"
        else
                echo "${2/infinity/$none}" >"$file"
        fi
}

memory_in_use() {
        if has_controller memory; then
                cat "/sys/fs/cgroup$(property ControlGroup ebsreportd.service)/memory.current"
        else
                cat /limits/memory/memory.usage_in_bytes
        fi
}

ask_for_run() {
        systemctl kill --kill-whom=main --signal=USR1 ebsreportd.service
}

# The daemon itself and two workers.
test_few_processes_make_fewer_workers() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim --latency-ms 20
        configure 'mode = parallel' 'workers = 64' 'interval = 1h' 'compare_interval = 0'
        start_limited pids 3
        wait_until has_runs 1
        [ "$(query 'SELECT status || workers FROM v1_run')" = ok2 ]
        wait_until has_logged '^made do with 2 workers, .*: raise TasksMax' -u ebsreportd.service
        wait_until status_says '^3/3 regions, .*; made do with 2 workers'
        limit pids infinity
        ask_for_run
        wait_until has_runs 2
        [ "$(query 'SELECT workers > 2 FROM v1_run ORDER BY run_id DESC LIMIT 1')" = 1 ]
        [ "$(property NRestarts ebsreportd.service)" = 0 ]
}

# Leaves the daemon, which is idle, so much more memory than it has: MIB.
leave_memory() {
        wait_until has_no_workers
        limit memory $(($(memory_in_use) + $1 * 1024 * 1024))
}

# There is room for some of the workers: the kernel kills others, and the run makes do.
test_little_memory_makes_fewer_workers() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim --latency-ms 50 --instances 60
        configure 'mode = parallel' 'workers = 64' 'interval = 1h' 'compare_interval = 0'
        start_limited memory infinity
        wait_until has_runs 1
        leave_memory 16
        ask_for_run
        wait_until has_runs 2
        wait_until status_says 'made do with [0-9]+ workers?, because others were killed, .*: raise MemoryMax'
        limit memory infinity
        ask_for_run
        wait_until has_runs 3
        [ "$(query 'SELECT status FROM v1_run WHERE run_id = 3')" = ok ]
        [ "$(property NRestarts ebsreportd.service)" = 0 ]
}

has_logged_who_was_killed() {
        has_logged '^us-east-1: the worker process was killed during the call' -u ebsreportd.service ||
                has_logged '^the ebsreportd before, process [0-9]+, was killed' -u ebsreportd.service
}

works_when_asked() {
        ask_for_run && has_new_runs 0
}

# What a region holds does not fit. Workers are killed for it first, which fails the region; where none is there just
# then, the daemon is, and comes back. It never has numbers of a part.
test_region_that_memory_is_too_short_for() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim --instances 20000
        configure 'regions = us-east-1' 'interval = 1s' 'compare_interval = 0' 'start_jitter = 24h'
        start_limited memory infinity
        leave_memory 6
        configure 'start_jitter = 0'
        ask_for_run
        wait_until has_logged_who_was_killed
        [ "$(query "SELECT count(*) FROM v1_run WHERE status <> 'failed'")" = 0 ]
        limit memory infinity
        wait_until works_when_asked
        systemctl stop ebsreportd.service
        [ "$(query 'SELECT instances FROM v1_latest')" = 20000 ]
        [ "$(integrity)" = ok ]
}
