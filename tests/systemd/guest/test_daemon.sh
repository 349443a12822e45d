# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The resident daemon when all is well: start, status, runs, reload, several of them.

test_daemon_is_ready_and_runs() {
        local gib
        start_afresh
        give_keys ebsreportd.aws
        configure 'interval = 1s'
        start_sim
        systemctl enable --now ebsreportd.service
        [ "$(systemctl is-active ebsreportd.service)" = active ]
        logged -u ebsreportd.service | expect '^Started ebsreportd.service'
        wait_until has_runs 2
        gib=$(query 'SELECT sum(attached_gib) FROM v1_latest')
        wait_until status_says "^3/3 regions, $(with_commas "$gib") GiB attached, next run in"
        [ "$(query 'SELECT group_concat(DISTINCT status) FROM v1_run')" = ok ]
        systemctl disable --now ebsreportd.service
        [ "$(property Result ebsreportd.service)" = success ]
        query 'SELECT status FROM v1_daemon' | expect stopped
}

test_terminal_client_is_for_members_of_the_group() {
        local status
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        systemctl start ebsreportd.service
        wait_until status_says '^3/3 regions'
        runuser -u reader -- ebstop --once >/host/ebstop
        expect 'ap-south-1' </host/ebstop
        runuser -u reader -- ebstop --once --json | expect '"us-east-1"'
        status=0
        runuser -u stranger -- ebstop --once >/host/ebstop 2>&1 || status=$?
        [ "$status" = 2 ]
        expect "group|[Pp]ermission" </host/ebstop
        expect_not 'ap-south-1' </host/ebstop
}

test_daemon_with_the_role_of_an_instance() {
        start_afresh
        start_sim
        ip address add 169.254.169.254/32 dev lo
        systemctl start ebsreportd.service
        wait_until has_runs 1
        wait_until status_says '^3/3 regions'
        ip address delete 169.254.169.254/32 dev lo
        ebstop --once | expect 'us-east-1'
        [ "$(query 'SELECT DISTINCT status FROM v1_run')" = ok ]
}

test_daemon_waits_for_credentials() {
        start_afresh
        start_sim
        configure 'interval = 1s'
        systemctl start ebsreportd.service
        wait_until status_says 'no credentials: '
        give_keys ebsreportd.aws
        systemctl restart ebsreportd.service
        wait_until has_runs 1
}

# Over TLS and to a name, as to AWS, with a certificate of our own; and a system call that the sandbox denies kills,
# instead of failing with an error that might go unnoticed.
test_daemon_needs_nothing_that_the_sandbox_denies() {
        start_afresh
        give_keys ebsreportd.aws
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -keyout /run/sim.key -out /etc/ebsreportd/sim.pem
        start_sim --port 443 --tls-cert /etc/ebsreportd/sim.pem --tls-key /run/sim.key
        use_endpoint https://localhost
        echo AWS_CA_BUNDLE=/etc/ebsreportd/sim.pem >>/etc/ebsreportd/environment
        drop_in ebsreportd.service '[Service]' SystemCallErrorNumber=kill
        configure 'metrics_file = /run/ebsreportd/ebsreportd.prom'
        systemctl start ebsreportd.service
        wait_until has_logged '^comparison in 3 regions: .*they agree' -u ebsreportd.service
        systemctl kill --kill-whom=main --signal=HUP ebsreportd.service
        wait_until has_logged '^configuration read again' -u ebsreportd.service
        systemctl stop ebsreportd.service
        [ "$(property Result ebsreportd.service)" = success ]
        [ "$(query 'SELECT DISTINCT status || retries FROM v1_run')" = ok0 ]
}

test_reload_takes_a_good_configuration() {
        local pid
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        configure 'interval = 1h'
        systemctl start ebsreportd.service
        wait_until has_runs 1
        pid=$(main_pid)
        configure 'interval = 1s' 'regions = eu-west-1'
        systemctl reload ebsreportd.service
        wait_until status_says '^eu-west-1, '
        [ "$(main_pid)" = "$pid" ]
        [ ! -e /bin/kill ] || fail 'this system has a /bin/kill: that a reload does not need it is not shown'
}

test_reload_refuses_a_bad_configuration() {
        local pid
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        configure 'interval = 1s'
        systemctl start ebsreportd.service
        pid=$(main_pid)
        configure 'interval = soon'
        ! systemctl reload ebsreportd.service || fail 'a bad configuration was reloaded'
        logged -u ebsreportd.service | expect 'ebsreportd.conf:[0-9]+: interval'
        [ "$(systemctl is-active ebsreportd.service)" = active ]
        # The daemon, asked itself, says no as well, and goes on as before.
        systemctl kill --kill-whom=main --signal=HUP ebsreportd.service
        wait_until status_says 'the last reload was refused: .*interval'
        wait_until has_runs $(($(query 'SELECT count(*) FROM v1_run') + 2))
        [ "$(main_pid)" = "$pid" ]
}

test_reload_by_notification_since_253() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        mkdir -p /etc/systemd/system/ebsreportd.service.d
        cp /usr/share/doc/ebsreportd/examples/notify-reload.conf /etc/systemd/system/ebsreportd.service.d/
        systemctl daemon-reload
        configure 'compare_interval = 0'
        systemctl start ebsreportd.service
        wait_until status_says '^3/3 regions'
        configure 'interval = soon'
        systemctl reload ebsreportd.service
        # No waiting: the reload is over when systemctl returns.
        status_says 'the last reload was refused'
        [ "$(systemctl is-active ebsreportd.service)" = active ]
}

test_run_is_made_when_asked_for() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        configure 'interval = 1h'
        systemctl start ebsreportd.service
        wait_until has_runs 1
        systemctl kill --kill-whom=main --signal=USR1 ebsreportd.service
        wait_until has_runs 2
}

test_several_daemons() {
        start_afresh
        start_sim
        give_keys ebsreportd.aws
        give_keys ebsreportd.other.aws
        use_endpoint "$SIM_URL"
        cp /etc/ebsreportd/environment /etc/ebsreportd/other.environment
        echo 'regions = ap-south-1' >/etc/ebsreportd/other.conf
        systemctl start ebsreportd@other.service ebsreportd.service
        wait_until has_runs 1
        wait_until has_runs 1 /var/lib/ebsreportd/other/history.db
        wait_until status_says '^3/3 regions'
        wait_until status_says '^ap-south-1, ' ebsreportd@other.service
        echo 'regions = eu-west-1' >/etc/ebsreportd/other.conf
        systemctl reload ebsreportd@other.service
        systemctl kill --kill-whom=main --signal=USR1 ebsreportd@other.service
        wait_until status_says '^eu-west-1, ' ebsreportd@other.service
}

test_journal_has_regions_and_explanations() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim --fault region=eu-west-1,kind=error=UnauthorizedOperation,status=403
        systemctl start ebsreportd.service
        wait_until has_logged '^eu-west-1: ' -u ebsreportd.service
        logged -u ebsreportd.service EBS_REGION=eu-west-1 >/host/by-region
        expect '^eu-west-1: access denied \(UnauthorizedOperation\)' </host/by-region
        expect_not '^(us-east-1|ap-south-1)' </host/by-region
        logged -u ebsreportd.service -o json EBS_AWS_CODE=UnauthorizedOperation | expect '"EBS_REQUEST_ID":"[0-9a-f-]+"'
        # What the catalog says stands under each message.
        logged -u ebsreportd.service -o short --catalog EBS_REGION=eu-west-1 |
                expect '^(--|░░) .*ec2:DescribeVolumes'
}
