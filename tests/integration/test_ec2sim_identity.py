# SPDX-License-Identifier: MIT
"""Who may speak to ec2sim, and where credentials come from."""
import datetime
import json
import urllib.request

import boto3
import pytest

import awsraw
import ebsim
from awsclient import REGION, aws, client, refused

BODY = b"Action=DescribeRegions&Version=2016-11-15"


@pytest.fixture(scope="module")
def sim():
    with ebsim.Ec2sim(regions=REGION, accounts=45, external_id="secret-handshake", role="reporter",
                      metadata_region=REGION, container_token="letmein") as running:
        yield running


# ---- signatures -------------------------------------------------------------------------------------------------

def identity_errors(sim, **how):
    """What EC2, STS and Organizations say to the same mistake."""
    return [refused(client(sim, "ec2", **how).describe_regions),
            refused(client(sim, "sts", **how).get_caller_identity),
            refused(client(sim, "organizations", **how).list_accounts)]


def test_a_wrong_secret(sim):
    assert identity_errors(sim, secret="wrong") == [("SignatureDoesNotMatch", 403), ("SignatureDoesNotMatch", 403),
                                                    ("InvalidSignatureException", 400)]
    assert "(SignatureDoesNotMatch)" in aws(sim, "ec2", "describe-regions", check=False, AWS_SECRET_ACCESS_KEY="x")


def test_an_unknown_key(sim):
    assert identity_errors(sim, key="nobody") == [("AuthFailure", 401), ("InvalidClientTokenId", 403),
                                                  ("UnrecognizedClientException", 400)]
    assert "(AuthFailure)" in aws(sim, "ec2", "describe-regions", check=False, AWS_ACCESS_KEY_ID="nobody")


def test_a_temporary_key_without_its_token(sim):
    key = "ASIASIM0" + ebsim.ACCOUNT
    assert identity_errors(sim, key=key, secret="secret-of-" + key)[0] == ("AuthFailure", 401)
    assert identity_errors(sim, key=key, secret="secret-of-" + key, token="made up")[1] == ("InvalidClientTokenId", 403)


@pytest.mark.parametrize("skew", [1000, -1000])
def test_a_skewed_clock(ec2sim, skew):
    sim = ec2sim(regions=REGION, clock_skew=skew)
    assert identity_errors(sim) == [("RequestExpired", 400), ("SignatureDoesNotMatch", 403),
                                    ("InvalidSignatureException", 400)]
    assert "(RequestExpired)" in aws(sim, "ec2", "describe-regions", check=False)
    date = awsraw.call(sim, "DescribeRegions").headers["Date"]
    ahead = datetime.datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT") - datetime.datetime.utcnow()
    assert abs(ahead.total_seconds() - skew) < 60


@pytest.mark.parametrize("skew", [800, -800])
def test_a_quarter_of_an_hour_is_allowed(ec2sim, skew):
    assert client(ec2sim(regions=REGION, clock_skew=skew)).describe_regions()["Regions"]


def test_a_stopped_clock(ec2sim):
    sim = ec2sim(regions=REGION, now="2015-08-30T12:36:00Z")
    assert refused(client(sim).describe_regions) == ("RequestExpired", 400)
    assert awsraw.call(sim, "DescribeRegions").headers["Date"] == "Sun, 30 Aug 2015 12:36:00 GMT"


def changed(headers, name, change):
    return {k: change(v) if k.lower() == name.lower() else v for k, v in headers.items()}


@pytest.mark.parametrize("change, code, status", [
    (lambda h: {k: v for k, v in h.items() if k != "Authorization"}, "MissingAuthenticationToken", 400),
    (lambda h: changed(h, "Authorization", lambda v: "Basic dXNlcjpwYXNz"), "IncompleteSignature", 400),
    (lambda h: changed(h, "Authorization", lambda v: v.partition(", Signature=")[0]), "IncompleteSignature", 400),
    (lambda h: changed(h, "Authorization", lambda v: v[:-1] + "10"[int(v[-1], 16) % 2]), "SignatureDoesNotMatch", 403),
    (lambda h: changed(h, "Authorization", lambda v: v.replace("/ec2/", "/s3/")), "SignatureDoesNotMatch", 403),
    (lambda h: changed(h, "Authorization", lambda v: v.replace("aws4_", "aws3_")), "IncompleteSignature", 400),
    (lambda h: changed(h, "Authorization", lambda v: v.replace("west-1", "west-2")), "SignatureDoesNotMatch", 403),
    (lambda h: changed(h, "Authorization", lambda v: v.replace("content-type;", "")), "SignatureDoesNotMatch", 403),
    (lambda h: changed(h, "Authorization", lambda v: v.replace("host;", "")), "SignatureDoesNotMatch", 403),
    (lambda h: {**h, "X-Amz-Meddling": "1"}, "SignatureDoesNotMatch", 403),
    (lambda h: changed(h, "Content-Type", lambda v: "application/x-www-form-urlencoded"), "SignatureDoesNotMatch", 403),
    (lambda h: changed(h, "X-Amz-Date", lambda v: "yesterday"), "IncompleteSignature", 400),
    (lambda h: {k: v for k, v in h.items() if k != "X-Amz-Date"}, "IncompleteSignature", 400),
])
def test_each_part_of_the_signature_counts(sim, change, code, status):
    headers = awsraw.sign(sim, BODY, REGION)
    assert awsraw.send(sim, BODY, headers).status == 200
    answer = awsraw.send(sim, BODY, change(headers))
    assert (answer.code, answer.status) == (code, status)


def test_the_body_counts(sim):
    assert awsraw.send(sim, BODY + b"&AllRegions=true", awsraw.sign(sim, BODY, REGION)).code == "SignatureDoesNotMatch"


def test_a_signed_query_string(sim):
    path = "/?Action=DescribeRegions&Version=2016-11-15&Filter.1.Name=region-name&Filter.1.Value.1=eu%2A"
    headers = awsraw.sign(sim, None, REGION, method="GET", path=path)
    answer = awsraw.send(sim, None, headers, "GET", path)
    assert answer.texts("regionInfo/item/regionName") == [REGION]
    assert awsraw.send(sim, None, headers, "GET", path.replace("eu", "us")).code == "SignatureDoesNotMatch"


def test_a_signature_for_another_service(sim):
    answer = awsraw.call(sim, "DescribeRegions", REGION, service="organizations")
    assert (answer.code, answer.status) == ("SignatureDoesNotMatch", 403)


def test_without_verification_only_the_scope_counts(ec2sim):
    sim = ec2sim(regions=REGION, no_verify=True)
    assert client(sim, secret="wrong").describe_regions()["Regions"]
    assert refused(client(sim, region="ap-east-1", secret="wrong").describe_volumes) == ("AuthFailure", 401)


def test_listed_keys(ec2sim):
    sim = ec2sim(regions=REGION, key=["mine:s3cr3t", "other:s3cr3t::222222222222", "session:s:TOK+EN/=:333333333333"])
    account = lambda **how: client(sim, "sts", **how).get_caller_identity()["Account"]
    assert account(key="mine", secret="s3cr3t") == ebsim.ACCOUNT
    assert account(key="other", secret="s3cr3t") == "222222222222"
    assert account(key="session", secret="s", token="TOK+EN/=") == "333333333333"
    assert account() == ebsim.ACCOUNT
    assert refused(client(sim, key="session", secret="s", token="other").describe_regions) == ("AuthFailure", 401)
    strict = ec2sim(regions=REGION, key="mine:s3cr3t", strict_keys=True)
    assert refused(client(strict).describe_regions) == ("AuthFailure", 401)


# ---- STS and Organizations --------------------------------------------------------------------------------------

def test_caller_identity(sim):
    identity = client(sim, "sts").get_caller_identity()
    assert identity["Account"] == ebsim.ACCOUNT and identity["Arn"].startswith(f"arn:aws:iam::{ebsim.ACCOUNT}:")
    assert aws(sim, "sts", "get-caller-identity")["Account"] == ebsim.ACCOUNT
    any_key = "AKIAIOSFODNN7EXAMPLE"
    accounts = {client(sim, "sts", key=any_key, secret="secret-of-" + any_key).get_caller_identity()["Account"]
                for _ in range(2)}
    assert len(accounts) == 1 and accounts != {ebsim.ACCOUNT} and len(accounts.pop()) == 12


def assumed(sim, **parameters):
    parameters = {"RoleArn": "arn:aws:iam::222222222222:role/audit/reader", "RoleSessionName": "test",
                  "ExternalId": "secret-handshake", **parameters}
    return client(sim, "sts").assume_role(**{k: v for k, v in parameters.items() if v is not None})


def keys_of(credentials):
    """For client(), from what STS, metadata or a container gave out."""
    token = credentials.get("SessionToken") or credentials["Token"]
    return dict(key=credentials["AccessKeyId"], secret=credentials["SecretAccessKey"], token=token)


def test_assume_role(sim):
    answer = assumed(sim, DurationSeconds=900)
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 800 < left.total_seconds() <= 900
    keys = keys_of(answer["Credentials"])
    assert client(sim, "sts", **keys).get_caller_identity()["Account"] == "222222222222"
    theirs, ours = (client(sim, **k).describe_volumes()["Volumes"] for k in (keys, {}))
    assert theirs and theirs != ours


@pytest.mark.parametrize("parameters, error", [
    ({"ExternalId": None}, ("AccessDenied", 403)),
    ({"ExternalId": "wrong"}, ("AccessDenied", 403)),
    ({"RoleArn": "arn:aws:iam::2222:role/reader"}, ("ValidationError", 400)),
    ({"DurationSeconds": 50000}, ("ValidationError", 400)),
    ({"RoleSessionName": "a b"}, ("ValidationError", 400)),
])
def test_assume_role_is_refused(sim, parameters, error):
    assert refused(lambda: assumed(sim, **parameters)) == error


def test_chained_roles_last_an_hour_at_most(sim):
    keys = keys_of(assumed(sim)["Credentials"])
    chained = client(sim, "sts", **keys)
    role = dict(RoleArn="arn:aws:iam::333333333333:role/x", RoleSessionName="chain", ExternalId="secret-handshake")
    assert refused(chained.assume_role, DurationSeconds=7200, **role) == ("ValidationError", 400)
    assert chained.assume_role(DurationSeconds=3600, **role)["Credentials"]


def test_web_identity_needs_no_signature(sim):
    from botocore import UNSIGNED
    sts = client(sim, "sts", signature_version=UNSIGNED)
    answer = sts.assume_role_with_web_identity(RoleArn="arn:aws:iam::222222222222:role/x", RoleSessionName="web",
                                               WebIdentityToken="header.payload.signature")
    assert client(sim, **keys_of(answer["Credentials"])).describe_regions()["Regions"]
    assert refused(sts.get_caller_identity) == ("MissingAuthenticationToken", 403)


def test_expired_credentials(ec2sim):
    sim = ec2sim(regions=REGION, session_seconds=0)
    with urllib.request.urlopen(sim.url + "/v2/credentials/x") as answer:
        keys = keys_of(json.load(answer))
    assert identity_errors(sim, **keys) == [("RequestExpired", 400), ("ExpiredToken", 403),
                                            ("ExpiredTokenException", 400)]


def test_long_session_tokens(ec2sim):
    keys = keys_of(assumed(ec2sim(regions=REGION, token_bytes=8000))["Credentials"])
    sim = ec2sim(regions=REGION)
    assert len(keys["token"]) == 8000
    assert client(sim, **keys).describe_regions()["Regions"]


def test_list_accounts(sim):
    pages = list(client(sim, "organizations", region="us-east-1").get_paginator("list_accounts").paginate())
    accounts = [a for page in pages for a in page["Accounts"]]
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 5]
    assert len({a["Id"] for a in accounts}) == 45 and accounts[0]["Id"] == ebsim.ACCOUNT
    assert accounts[-1]["Status"] == "SUSPENDED" and accounts[0]["Status"] == "ACTIVE"
    assert len(aws(sim, "organizations", "list-accounts", "--max-items", "30")["Accounts"]) == 30
    other = "AKIASIM0222222222222"
    stranger = client(sim, "organizations", key=other, secret="secret-of-" + other)
    assert refused(stranger.list_accounts) == ("AccessDeniedException", 400)
    organizations = client(sim, "organizations")
    assert refused(organizations.list_accounts, NextToken="x") == ("InvalidInputException", 400)
    assert refused(organizations.describe_organization) == ("UnknownOperationException", 400)


def test_the_truth_of_several_accounts(ec2sim):
    sim = ec2sim(regions=REGION, accounts=3)
    truth = sim.truth()
    listed = [a["Id"] for a in client(sim, "organizations").list_accounts()["Accounts"]]
    assert [a["account"] for a in truth["accounts"]] == listed
    assert truth["totals"]["volumes"] == sum(a["totals"]["volumes"] for a in truth["accounts"]) == 3 * 40
    keys = [dict(key="AKIASIM0" + a, secret="secret-of-AKIASIM0" + a) for a in listed]
    sizes = [sum(v["Size"] for v in client(sim, **k).describe_volumes()["Volumes"]) for k in keys]
    assert sizes == [a["totals"]["attached_gib"] for a in truth["accounts"]] and len(set(sizes)) == 3


# ---- metadata, containers, SSO ----------------------------------------------------------------------------------

def test_boto3_uses_the_instances_role(sim, monkeypatch):
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", sim.url)
    session = boto3.Session()
    assert session.get_credentials().method == "iam-role"
    arn = session.client("sts", region_name=REGION, endpoint_url=sim.url).get_caller_identity()["Arn"]
    assert arn.startswith(f"arn:aws:sts::{ebsim.ACCOUNT}:assumed-role/reporter/")


def metadata(sim, path, method="GET", **headers):
    return awsraw.send(sim, None, {k.replace("_", "-"): v for k, v in headers.items()}, method, path)


def test_metadata(sim):
    ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "21600"}
    answer = metadata(sim, "/latest/api/token", "PUT", **ttl)
    assert answer.status == 200 and answer.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600"
    token = {"X-aws-ec2-metadata-token": answer.body.decode()}
    assert metadata(sim, "/latest/meta-data/placement/region", **token).body == b"eu-west-1"
    assert metadata(sim, "/latest/meta-data/iam/security-credentials/", **token).body == b"reporter"
    given = json.loads(metadata(sim, "/latest/meta-data/iam/security-credentials/reporter", **token).body)
    assert given["Code"] == "Success" and given["Expiration"].endswith("Z")
    assert client(sim, **keys_of(given)).describe_regions()["Regions"]
    document = json.loads(metadata(sim, "/latest/dynamic/instance-identity/document", **token).body)
    assert (document["region"], document["accountId"]) == (REGION, ebsim.ACCOUNT)
    assert metadata(sim, "/latest/meta-data/iam/security-credentials/other", **token).status == 404
    assert metadata(sim, "/latest/meta-data/placement/region").status == 401
    assert metadata(sim, "/latest/meta-data/placement/region", X_aws_ec2_metadata_token="x").status == 401
    assert metadata(sim, "/latest/api/token", "PUT", X_Forwarded_For="1.2.3.4", **ttl).status == 403
    assert metadata(sim, "/latest/api/token", "GET", **ttl).status == 405
    for bad in "0", "21601", "x", "":
        assert metadata(sim, "/latest/api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds=bad).status == 400


def test_an_instance_without_a_role(ec2sim):
    sim = ec2sim(regions=REGION, role="")
    token = metadata(sim, "/latest/api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="60").body.decode()
    path = "/latest/meta-data/iam/security-credentials/"
    assert metadata(sim, path, X_aws_ec2_metadata_token=token).status == 404


def test_boto3_uses_container_credentials(sim, monkeypatch):
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://localhost:{sim.port}/v2/credentials/task")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "letmein")
    session = boto3.Session()
    assert session.get_credentials().method == "container-role"
    sts = session.client("sts", region_name=REGION, endpoint_url=sim.url)
    assert sts.get_caller_identity()["Account"] == ebsim.ACCOUNT
    assert metadata(sim, "/v2/credentials/task", Authorization="wrong").status == 401


def test_sso(sim):
    oidc = client(sim, "sso-oidc")
    renewal = dict(clientId="id", clientSecret="secret", grantType="refresh_token")
    renewed = oidc.create_token(refreshToken="ec2sim-sso-refresh", **renewal)
    assert renewed["expiresIn"] > 900 and renewed["refreshToken"] == "ec2sim-sso-refresh"
    assert refused(oidc.create_token, refreshToken="wrong", **renewal)[1] == 400
    sso = client(sim, "sso")
    role = dict(roleName="Reader", accountId="222222222222")
    for token in "ec2sim-sso-access", renewed["accessToken"]:
        given = sso.get_role_credentials(accessToken=token, **role)["roleCredentials"]
        how = dict(key=given["accessKeyId"], secret=given["secretAccessKey"], token=given["sessionToken"])
        assert client(sim, "sts", **how).get_caller_identity()["Account"] == "222222222222"
        assert given["expiration"] > 1e12
    for token in "wrong", renewed["accessToken"][:-1]:
        assert refused(sso.get_role_credentials, accessToken=token, **role) == ("UnauthorizedException", 401)
