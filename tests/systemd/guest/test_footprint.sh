# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the daemon takes: processor time, memory, descriptors; and that it does not grow.

cpu_usec() {
        awk '$1 == "usage_usec" { print $2 }' "/sys/fs/cgroup$(property ControlGroup ebsreportd.service)/cpu.stat"
}

pss_kib() {
        awk '$1 == "Pss:" { print $2 }' "/proc/$(main_pid)/smaps_rollup"
}

descriptors() {
        find "/proc/$(main_pid)/fd" -mindepth 1 | wc -l
}

is_idle() {
        has_no_workers && status_says 'next run in [0-9]+ (h|min)'
}

test_start_takes_little_processor_time() {
        local usec
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        # The first run waits: what is measured is the way to READY.
        configure 'start_jitter = 24h'
        systemctl start ebsreportd.service
        usec=$(cpu_usec)
        echo "start: $usec us of processor time" | tee -a /host/figures
        [ "$usec" -lt 100000 ]
}

test_idle_daemon_takes_next_to_nothing() {
        local before usec kib
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        configure 'interval = 1h'
        systemctl start ebsreportd.service
        wait_until has_runs 1
        wait_until is_idle
        before=$(cpu_usec)
        sleep 5
        usec=$(($(cpu_usec) - before)) kib=$(pss_kib)
        echo "idle: $usec us of processor time in 5 s, PSS $kib KiB" | tee -a /host/figures
        [ "$usec" -lt 2500 ]
        [ "$kib" -lt 8192 ]
}

# A thousand runs as fast as they go, all of them failing, leave what a few left. They take their time: on the oldest
# suite alone, on the others a hundred.
test_failing_runs_leave_nothing_behind() {
        local kib count runs=100
        [ "$SUITE" != bookworm ] || runs=1000
        start_afresh
        give_keys ebsreportd.aws
        configure 'interval = 1ms' 'max_attempts = 1' 'regions = us-east-1' 'workers = 1'
        systemctl start ebsreportd.service
        wait_until has_runs 50
        configure 'interval = 1h'
        systemctl reload ebsreportd.service
        wait_until is_idle
        kib=$(pss_kib) count=$(descriptors)
        configure 'interval = 1ms'
        systemctl reload ebsreportd.service
        WAIT=280 wait_until has_runs $((50 + runs))
        configure 'interval = 1h'
        systemctl reload ebsreportd.service
        wait_until is_idle
        echo "soak: PSS $kib KiB, $count descriptors after 50 runs; $(pss_kib) KiB, $(descriptors) after $runs more" |
                tee -a /host/figures
        [ "$(descriptors)" -eq "$count" ]
        [ -z "$(workers)" ]
        [ "$(pss_kib)" -le $((kib + 512)) ]
}
