# SPDX-License-Identifier: MIT
"""Whose keys ebsreportd uses, which endpoint it asks, and whose account the report is of."""
import pytest

import ebsim
import ebsreportd
import expected
from canned_ec2 import CannedEc2, instance, instances, volume, volumes
from ebsreportd import calls

OTHER, THIRD = "111111111111", "222222222222"
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}


def keys(account):
    return {"AWS_ACCESS_KEY_ID": "AKIASIM0" + account, "AWS_SECRET_ACCESS_KEY": "secret-of-AKIASIM0" + account}


def key_lines(account, form="{} = {}\n"):
    return "".join(form.format(name.lower(), value) for name, value in keys(account).items())


def files(tmp_path, credentials="", config=""):
    """The environment for these two files, and without keys of its own."""
    env = dict(NO_KEYS)
    for name, variable, text in (("credentials", "AWS_SHARED_CREDENTIALS_FILE", credentials),
                                 ("config", "AWS_CONFIG_FILE", config)):
        path = tmp_path / name
        path.write_bytes(text.encode())
        env[variable] = path
    return env


@pytest.fixture
def sim(ec2sim):
    return ec2sim(regions="us-east-1,eu-west-1", instances=3)


def account(sim, *args, **options):
    """The account that a run finds itself in, the same in every region, whose key has signed every call."""
    before = len(sim.log())
    report = ebsreportd.run(sim, *args, check=0, **options).json
    accounts = {r["account"] for r in report["regions"]}
    assert {c["account"] for c in sim.log()[before:] if c["service"] in ("ec2", "sts")} == accounts
    found, = accounts
    return found


def refused(sim, *args, env):
    """The one line that says why."""
    result = ebsreportd.run(sim, *args, env=env, check=1)
    assert result.err.count("\n") == 1 and not result.out and not sim.log()
    return result.err


# ---- keys -------------------------------------------------------------------------------------------------------

def test_keys_of_the_environment(sim, tmp_path):
    assert account(sim) == ebsim.ACCOUNT
    env = files(tmp_path, f"[default]\n{key_lines(THIRD)}") | keys(OTHER)
    assert account(sim, env=env) == OTHER, "they come before the files'"


def test_profiles(sim, tmp_path):
    env = files(tmp_path, f"[default]\n{key_lines(OTHER)}\n[third]\n{key_lines(THIRD)}")
    assert account(sim, env=env) == OTHER
    assert account(sim, env=env | {"AWS_PROFILE": "third"}) == THIRD
    assert account(sim, "--profile=third", env=env) == THIRD
    assert account(sim, "--profile=third", env=env | {"AWS_PROFILE": "default"}) == THIRD
    # As the AWS CLI has it: keys in the environment beat AWS_PROFILE, and --profile beats them.
    assert account(sim, env=env | keys(ebsim.ACCOUNT) | {"AWS_PROFILE": "third"}) == ebsim.ACCOUNT
    assert account(sim, "--profile=third", env=env | keys(ebsim.ACCOUNT)) == THIRD
    config = tmp_path / "ebsreportd.conf"
    config.write_text("profile = third\n")
    assert account(sim, f"--config={config}", env=env) == THIRD


GRAMMAR = {
    "colons": "[default]\n" + key_lines(OTHER, "{}: {}\n"),
    "blanks and tabs": "[default]\n" + key_lines(OTHER, "{}\t=   {}  \n"),
    "capitals": "[default]\n" + key_lines(OTHER).upper().replace("SECRET-OF", "secret-of"),
    "CRLF": ("[default]\n" + key_lines(OTHER)).replace("\n", "\r\n"),
    "no end of line": ("[default]\n" + key_lines(OTHER)).rstrip("\n"),
    "comments": "# one\n; two\n[default]\n# three\n" + key_lines(OTHER, "; four\n{}={}\n\n"),
    "nested blocks": "[default]\ns3 =\n  aws_access_key_id = AKIAWRONG\n  payload = 20\n" + key_lines(OTHER),
    "other sections": f"[a]\n{key_lines(THIRD)}[default]\n{key_lines(OTHER)}[z]\n{key_lines(THIRD)}",
    "unknown keys": "[default]\ncolour = red\n" + key_lines(OTHER) + "aws_access_key_identity = x\n",
    "a continued value": "[default]\nnote = a\n  b = c\n\n  d\n" + key_lines(OTHER),
}


@pytest.mark.parametrize("text", GRAMMAR.values(), ids=GRAMMAR.keys())
def test_grammar_of_the_credentials_file(sim, tmp_path, text):
    assert account(sim, env=files(tmp_path, credentials=text)) == OTHER


@pytest.mark.parametrize("header", ["[profile team]", "[profile   team]", "[profile\tteam]", '[profile "team"]',
                                    "[profile 'team']"])
def test_sections_of_the_config_file(sim, tmp_path, header):
    env = files(tmp_path, config=f"[team]\n{key_lines(THIRD)}\n{header}\n{key_lines(OTHER)}")
    assert account(sim, "--profile=team", env=env) == OTHER


def test_a_profile_with_blanks(sim, tmp_path):
    env = files(tmp_path, config=f'[profile "two words"]\n{key_lines(OTHER)}')
    assert account(sim, env=env | {"AWS_PROFILE": "two words"}) == OTHER


@pytest.mark.parametrize("text, reasons", [
    ("aws_access_key_id = x\n", [":1:"]),
    ("[default]\n" + key_lines(OTHER) + "[default]\n", [":4:", "section"]),
    ("[default]\n" + key_lines(OTHER) + key_lines(OTHER), [":4:", "key"]),
    ("\ufeff[default]\n" + key_lines(OTHER), [":1:"]),
    ("[default]\n" + key_lines(OTHER) + "nothing\n", [":4:"]),
    ("[default]\naws_access_key_id = AKIASIM0111111111111\n", ["aws_secret_access_key"]),
])
def test_a_file_that_the_aws_tools_refuse(sim, tmp_path, text, reasons):
    env = files(tmp_path, credentials=text)
    message = refused(sim, env=env)
    for reason in (str(env["AWS_SHARED_CREDENTIALS_FILE"]), *reasons):
        assert reason in message
    assert "secret-of" not in message


def test_an_unknown_profile(sim, tmp_path):
    env = files(tmp_path, f"[default]\n{key_lines(OTHER)}")
    message = refused(sim, "--profile=nobody", env=env)
    assert '"nobody"' in message and str(tmp_path) in message


def test_a_session_token_is_sent(ec2sim):
    sim = ec2sim(regions="us-east-1", instances=2, strict_keys=True,
                 key="AKIATEMPORARY0000001:hidden:some/token+x=:" + OTHER)
    env = {"AWS_ACCESS_KEY_ID": "AKIATEMPORARY0000001", "AWS_SECRET_ACCESS_KEY": "hidden",
           "AWS_SESSION_TOKEN": "some/token+x="}
    assert account(sim, env=env) == OTHER
    result = ebsreportd.run(sim, env=env | {"AWS_SESSION_TOKEN": None})
    assert result.rc in (1, 3) and "hidden" not in result.out + result.err


# ---- an instance's role -----------------------------------------------------------------------------------------

def metadata(sim, **more):
    return NO_KEYS | {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": sim.url,
                      "AWS_DEFAULT_REGION": None} | more


def test_the_role_of_an_instance(ec2sim):
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=3, account=OTHER, metadata_region="eu-west-1",
                 token_bytes=2000)
    report = ebsreportd.run(sim, "--mode=parallel", env=metadata(sim), check=0).json
    expected.check_run(report, sim.truth(), "parallel")
    assert {r["account"] for r in report["regions"]} == {OTHER}
    log = sim.log()
    asked = {c["region"] for c in log if c.get("action") == "DescribeRegions"}
    assert asked == {"eu-west-1"}, "the instance's own region"
    assert [c["method"] for c in log if c["path"] == "/latest/api/token"] == ["PUT"], "asked once for the whole run"
    assert len({c["access_key"] for c in log if c["service"] == "ec2"}) == 1
    assert report["calls"] == len([c for c in log if not c["path"].startswith("/latest/")])


def test_a_named_region_beats_the_instances_own(ec2sim):
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=1, metadata_region="eu-west-1")
    ebsreportd.run(sim, env=metadata(sim, AWS_REGION="us-east-1"), check=0)
    assert {c["region"] for c in calls(sim, "DescribeRegions")} == {"us-east-1"}


def test_keys_that_end_soon_are_renewed(ec2sim):
    """A role's keys that are all but over when they come: the run goes on with them, as the AWS tools do."""
    sim = ec2sim(regions="us-east-1", instances=3, session_seconds=900)
    ebsreportd.run(sim, env=metadata(sim), check=0)


def test_an_instance_without_a_role(ec2sim):
    sim = ec2sim(regions="us-east-1", role="")
    result = ebsreportd.run(sim, env=metadata(sim), check=1)
    assert result.err.count("\n") == 1 and "role" in result.err and "AWS_ACCESS_KEY_ID" in result.err


def test_metadata_is_left_alone_on_request(ec2sim):
    sim = ec2sim(regions="us-east-1")
    assert "AWS_EC2_METADATA_DISABLED" in refused(sim, env=metadata(sim, AWS_EC2_METADATA_DISABLED="true"))
    assert ebsreportd.run(sim, check=0).rc == 0 and not [c for c in sim.log() if c["path"].startswith("/latest/")]


# ---- endpoints --------------------------------------------------------------------------------------------------

def test_endpoints(ec2sim, tmp_path):
    """Each of the places that name it, by rank; what ranks lower leads nowhere."""
    sim = ec2sim(regions="us-east-1", instances=0)  # an instance would name the account, and STS not be waited for
    nowhere = "http://127.0.0.1:1"
    config = tmp_path / "ebsreportd.conf"
    config.write_text(f"endpoint_url = {sim.url}\n")
    def ask(*args, general=None, ec2=None, profile=None, services=None):
        text = "[default]\n" + (f"endpoint_url = {profile}\n" if profile else "")
        text += "services = mine\n" if services else ""
        text += f"[services mine]\nec2 =\n  endpoint_url = {services}\n" if services else ""
        env = files(tmp_path, config=text) | keys(ebsim.ACCOUNT) | {"AWS_ENDPOINT_URL": general,
                                                                    "AWS_ENDPOINT_URL_EC2": ec2}
        before = len(sim.log())
        report = ebsreportd.run(sim, *args, env=env, check=0).json
        assert report["status"] == "ok" and {c["service"] for c in sim.log()[before:]} <= {"ec2", "sts"}
        return {c["service"] for c in sim.log()[before:]}
    everywhere = dict(general=nowhere, ec2=nowhere, profile=nowhere, services=nowhere)
    assert ask(f"--endpoint-url={sim.url}", **everywhere) == {"ec2", "sts"}
    assert ask(f"--config={config}", **everywhere) == {"ec2", "sts"}
    assert ask(ec2=sim.url, profile=None) == {"ec2"}, "these keys are no business of Amazon's STS"
    assert ask(general=sim.url, profile=nowhere, services=nowhere) == {"ec2", "sts"}
    assert ask(services=sim.url) == {"ec2"}
    assert ask(profile=sim.url) == {"ec2", "sts"}


@pytest.mark.parametrize("url, reasons", [
    ("http://192.0.2.1", ["192.0.2.1", "allow_plain_http"]), ("127.0.0.1:80", ["127.0.0.1:80"]),
    ("ftp://127.0.0.1", ["ftp://"]),
    ("http://", ["http://"]), ("http://127.0.0.1:99999", ["99999"])])
def test_an_endpoint_that_cannot_be(sim, url, reasons):
    for args, env in ((f"--endpoint-url={url}",), {}), ((), {"AWS_ENDPOINT_URL_EC2": url}):
        message = refused(sim, *args, env=env)
        assert all(reason in message for reason in reasons), message


# ---- account ----------------------------------------------------------------------------------------------------

def test_the_account_is_asked_of_sts(sim):
    assert account(sim) == ebsim.ACCOUNT and len(calls(sim, "GetCallerIdentity")) == 1


@pytest.mark.parametrize("fault", ["kind=error=AccessDenied", "kind=unavailable-html", "kind=garbage", "kind=hang"])
def test_without_sts_the_owner_of_the_instances_tells(ec2sim, fault):
    """A failure there costs the run nothing, not even time."""
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=3, fault="action=GetCallerIdentity," + fault)
    report = ebsreportd.run(sim, check=0).json
    expected.check_run(report, sim.truth(), "sweep")
    assert {r["account"] for r in report["regions"]} == {ebsim.ACCOUNT}


def test_where_sts_is_not_asked(sim):
    env = {"AWS_ENDPOINT_URL": None, "AWS_ENDPOINT_URL_EC2": sim.url}
    assert account(sim, env=env) == ebsim.ACCOUNT and not calls(sim, "GetCallerIdentity")


def test_an_account_that_nobody_tells(tmp_path):
    """No STS and no instance: it is unknown, until an instance tells; the region counts once all the time."""
    db, there = tmp_path / "history.db", []

    def answer(call):
        return instances(*there) if call["Action"] == "DescribeInstances" else volumes(volume("vol-0a", 100))
    with CannedEc2(answer) as ec2:
        for account in None, None, ebsim.ACCOUNT:
            there[:] = [instance("i-0a")] if account else []
            report = ebsreportd.run(None, "--region=us-east-1", env=ec2.environment(), db=db, check=0).json
            assert report["regions"][0]["account"] == account
            rows = ebsreportd.sqlite(db, "SELECT account, unattached_gib FROM v1_latest")
            assert rows == [{"account": account, "unattached_gib": 100}]
