# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The package as it installs itself, before anything has been started.

UNITS='ebsreportd.service ebsreportd@test.service ebsreportd-check.service ebsreportd-once.service'

test_install() {
        list_files >/host/files-before
        DEBIAN_FRONTEND=noninteractive apt-get install -y /packages/ebsreportd_[0-9]*.deb
        cp /etc/ebsreportd/ebsreportd.conf /host/
        useradd --groups ebsreportd reader
        useradd stranger
}

test_user_is_a_locked_system_user() {
        getent passwd ebsreportd | expect '^ebsreportd:[^:]*:[1-9][0-9]{2}:[0-9]+:.*:/usr/sbin/nologin$'
        getent shadow ebsreportd | expect '^ebsreportd:[!*]'
}

test_nothing_runs_before_the_administrator_says_so() {
        [ "$(systemctl is-enabled ebsreportd.service)" = disabled ]
        [ "$(systemctl is-enabled ebsreportd-once.timer)" = disabled ]
        [ "$(systemctl is-active ebsreportd.service)" = inactive ]
        [ "$(systemctl is-active ebsreportd-once.timer)" = inactive ]
}

test_units_are_valid() {
        local unit
        for unit in $UNITS ebsreportd-once.timer; do
                systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1 | expect_not .
        done
}

test_units_expose_little() {
        local unit file
        for unit in $UNITS; do
                file=$(systemctl show --value -p FragmentPath "$unit")
                # Tenths: exit status 0 only if the overall exposure is 1.2 or less.
                systemd-analyze security --offline=true --threshold=12 --no-pager "$file"
        done
}

test_configuration_is_all_comments_and_good() {
        expect_not '^[^#]' </etc/ebsreportd/ebsreportd.conf
        /usr/sbin/ebsreportd --check-config | expect 'the configuration is good'
}

test_completion_is_where_shells_look() {
        local program
        for program in ebsreportd ebstop; do
                bash -c ". /usr/share/bash-completion/completions/$program && complete -p $program" | expect "_$program"
                expect "^#compdef $program$" <"/usr/share/zsh/vendor-completions/_$program"
        done
}

test_manual_pages_have_every_option() {
        local program option
        for program in ebsreportd.8 ebstop.1; do
                zcat "/usr/share/man/man${program##*.}/$program.gz" >/host/page
                for option in $("${program%.*}" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u); do
                        expect "^\\.(It|Op).* -?${option#-}( |$)" </host/page
                done
        done
}
