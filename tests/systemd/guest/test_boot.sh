# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What is enabled comes up with the system, by itself.

WANTED=/etc/systemd/system/multi-user.target.wants/ec2sim-at-boot.service

# EC2 is there at the next boot as well, before anything asks it.
keep_sim() {
        {
                cat /run/systemd/transient/ec2sim.service
                printf '%s\n' '[Unit]' Before=network-online.target '[Service]' Type=exec
                echo "ExecStartPost=/bin/bash -c 'until : >/dev/tcp/127.0.0.1/80; do sleep 0.05; done'"
        } >"/etc/systemd/system/${WANTED##*/}"
        ln -s "/etc/systemd/system/${WANTED##*/}" "$WANTED"
}

forget_sim() {
        systemctl disable --now "${WANTED##*/}"
        rm "/etc/systemd/system/${WANTED##*/}"
        systemctl daemon-reload
}

# The daemon, one more, and the timer, whose last run was hours ago: all are enabled, and the system is booted again.
leave_for_boot() {
        start_afresh
        give_keys ebsreportd.aws
        give_keys ebsreportd.other.aws
        start_sim
        configure 'interval = 1h' 'compare_interval = 0'
        echo 'regions = ap-south-1' >/etc/ebsreportd/other.conf
        cp /etc/ebsreportd/environment /etc/ebsreportd/other.environment
        systemctl enable --now ebsreportd.service ebsreportd@other.service
        wait_until has_runs 1
        wait_until has_runs 1 /var/lib/ebsreportd/other/history.db
        drop_in ebsreportd-once.timer '[Timer]' RandomizedDelaySec=0
        systemctl enable ebsreportd-once.timer
        touch -d '3 hours ago' /var/lib/systemd/timers/stamp-ebsreportd-once.timer
        keep_sim
        query 'SELECT max(run_id), sum(attached_gib) FROM v1_latest' >/var/tmp/before-boot
        exec /host/reboot
}

test_boot() {
        local runs gib
        [ -n "$REBOOTED" ] || leave_for_boot
        IFS='|' read -r runs gib </var/tmp/before-boot
        date -d "$(systemctl show --value -p UserspaceTimestamp)" +%s >/run/test-start
        systemctl is-active ebsreportd.service ebsreportd@other.service ebsreportd-once.timer | expect_not '^[^a]'
        # A run of the daemon's at once, and the one that the timer has missed.
        wait_until has_runs $((runs + 2))
        wait_until has_runs 2 /var/lib/ebsreportd/other/history.db
        wait_until has_logged '^Total volume size' -u ebsreportd-once.service
        wait_until status_says '^3/3 regions, .* next run in [0-9]+ min$'
        [ "$(query 'SELECT count(*) || min(run_id) FROM v1_run')" = $((runs + 2))1 ]
        [ "$(query 'SELECT group_concat(DISTINCT status) FROM v1_run')" = ok ]
        [ "$(query 'SELECT sum(attached_gib) FROM v1_latest')" = "$gib" ]
        # Both were told to end, and did.
        logged -u 'ebsreportd*' | expect_not 'the ebsreportd before'
        [ "$(integrity)" = ok ]
        systemctl disable --now ebsreportd.service ebsreportd@other.service ebsreportd-once.timer
        forget_sim
}
