# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# README's "Install on a server", as it is written, from a system that never had the package to one that has it no more.

readme_section() {
        sed -n '/^## Install on a server$/,/^## [^I]/p' /source/README.md
}

# The commands of the section's n-th block of shell.
readme_block() {
        readme_section |
                awk -v wanted="$1" '/^```sh$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside && n == wanted'
}

# Runs a block as somebody would who types it in a directory that has the package.
follow() {
        local commands
        commands=$(readme_block "$1")
        [ -n "$commands" ] || fail "README has no block $1 there"
        expect "$2" <<<"$commands"
        (cd /tmp/server && HOME=/tmp/server bash -eux -c "$commands")
}

test_readme_as_it_is_written() {
        [ "$(readme_section | grep -c '^```sh$')" = 7 ]
        mkdir -p /tmp/server/.aws /etc/ebsreportd
        cp /packages/ebsreportd_[0-9]*.deb /tmp/server/
        keys_file >/tmp/server/.aws/credentials
        useradd --create-home alice
        # What stands for a keyboard and for AWS.
        echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/test-readme
        use_endpoint "$SIM_URL"
        start_sim

        follow 1 '^apt install '
        follow 2 '^install .*credstore'
        follow 3 '^systemctl start ebsreportd-check$'
        follow 4 '^systemctl enable --now ebsreportd$'
        follow 5 '^usermod '
        wait_until status_says '^3/3 regions, '
        runuser -u alice -- ebstop | expect 'eu-west-1'
        echo 'regions = eu-west-1' >>/etc/ebsreportd/ebsreportd.conf
        follow 6 '^systemctl reload '
        systemctl kill --kill-whom=main --signal=USR1 ebsreportd.service
        wait_until status_says '^eu-west-1, '
        follow 7 '^apt purge '

        ! systemctl cat ebsreportd.service || fail 'the unit is still there'
        [ ! -e /var/lib/ebsreportd ] && [ ! -e /etc/ebsreportd ] && [ ! -e /etc/credstore/ebsreportd.aws ]
        userdel ebsreportd
        userdel --remove alice
        rm -r /tmp/server /etc/apt/apt.conf.d/test-readme
        stop_sim
}
