# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Single runs by ebsreportd-once.service, and what all units share: sandbox, credentials, who may read.

test_once_with_keys() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        systemctl start ebsreportd-once.service
        [ "$(query 'SELECT status FROM v1_run')" = ok ]
        [ "$(query 'SELECT group_concat(region) FROM (SELECT region FROM v1_latest ORDER BY 1)')" = \
                ap-south-1,eu-west-1,us-east-1 ]
        logged -u ebsreportd-once.service | expect '^Total volume size'
}

test_members_of_the_group_read_and_others_do_not() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        systemctl start ebsreportd-once.service
        [ "$(stat -c '%U:%G %a' /var/lib/ebsreportd)" = 'ebsreportd:ebsreportd 750' ]
        [ "$(stat -c '%U:%G %a' "$DATABASE")" = 'ebsreportd:ebsreportd 640' ]
        [ "$(query 'SELECT count(*) FROM v1_run')" = 1 ]
        ! runuser -u stranger -- sqlite3 -readonly "$DATABASE" 'SELECT 1 FROM v1_run' || fail 'a stranger reads it'
        ! runuser -u reader -- touch /var/lib/ebsreportd/x || fail 'a reader writes'
}

# On an instance with a role nothing has to be set up. The address of its metadata is the real one.
test_once_with_the_role_of_an_instance() {
        start_afresh
        start_sim
        ip address add 169.254.169.254/32 dev lo
        systemctl start ebsreportd-once.service
        ip address delete 169.254.169.254/32 dev lo
        [ "$(query 'SELECT status FROM v1_run')" = ok ]
}

test_once_without_credentials_says_what_to_do() {
        start_afresh
        start_sim
        ! systemctl start ebsreportd-once.service || fail 'it worked without credentials'
        [ "$(property ExecMainStatus ebsreportd-once.service)" = 1 ]
        logged -u ebsreportd-once.service | expect '^no credentials: set AWS_ACCESS_KEY_ID'
}

test_once_with_encrypted_keys() {
        start_afresh
        start_sim
        give_keys plain
        mkdir -p /etc/credstore.encrypted
        systemd-creds encrypt --with-key=host --name=aws /etc/credstore/plain /etc/credstore.encrypted/ebsreportd.aws
        rm /etc/credstore/plain
        mkdir -p /etc/systemd/system/ebsreportd-once.service.d
        cp /usr/share/doc/ebsreportd/examples/encrypted-credentials.conf /etc/systemd/system/ebsreportd-once.service.d/
        systemctl daemon-reload
        systemctl start ebsreportd-once.service
        [ "$(query 'SELECT status FROM v1_run')" = ok ]
}

test_once_is_a_success_when_some_regions_work_and_a_failure_when_none() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim --fault region=eu-west-1,kind=error=UnauthorizedOperation,status=403
        systemctl start ebsreportd-once.service
        [ "$(query 'SELECT status FROM v1_run')" = partial ]
        stop_sim
        ! systemctl start ebsreportd-once.service || fail 'it worked without EC2'
        [ "$(property ExecMainStatus ebsreportd-once.service)" = 3 ]
}

test_once_leaves_metrics_for_others_to_read() {
        start_afresh
        give_keys ebsreportd.aws
        configure 'metrics_file = /run/ebsreportd/ebsreportd.prom'
        start_sim
        systemctl start ebsreportd-once.service
        runuser -u stranger -- cat /run/ebsreportd/ebsreportd.prom | expect '^ebsreportd_'
}

test_check_tells_what_is_missing() {
        start_afresh
        start_sim --fault region=eu-west-1,action=DescribeVolumes,kind=error=UnauthorizedOperation,status=403
        ! systemctl start ebsreportd-check.service || fail 'all is well without credentials'
        logged -u ebsreportd-check.service | expect 'no credentials: '
        give_keys ebsreportd.aws
        ! systemctl start ebsreportd-check.service || fail 'all is well without a permission'
        logged -u ebsreportd-check.service | expect '^Problem: eu-west-1 ec2:DescribeVolumes: denied'
        start_sim
        systemctl start ebsreportd-check.service
        logged -u ebsreportd-check.service | expect '123456789012'
}

test_timer() {
        start_afresh
        give_keys ebsreportd.aws
        start_sim
        property TimersCalendar ebsreportd-once.timer | expect 'OnCalendar=\*-\*-\* \*:00:00'
        drop_in ebsreportd-once.timer '[Timer]' OnCalendar= OnActiveSec=100ms RandomizedDelaySec=0 AccuracySec=1ms
        systemctl start ebsreportd-once.timer
        wait_until has_runs 1
}

# What the sandbox takes away is gone: a shell in the place of the daemon cannot do any of it.
test_sandbox_is_in_force() {
        start_afresh
        mkdir -p /home/someone
        echo secret >/home/someone/file
        drop_in ebsreportd-once.service '[Service]' ExecStart= 'ExecStart=/bin/bash /tests/probe-sandbox'
        systemctl start ebsreportd-once.service || :
        logged -u ebsreportd-once.service >/host/probe
        rm -r /home/someone
        expect '^probe: done$' </host/probe
        expect_not '^possible: ' </host/probe
}
