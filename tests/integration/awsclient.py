# SPDX-License-Identifier: MIT
"""boto3 and the AWS command line against ec2sim, in few words."""
import json
import subprocess

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import ebsim

REGION = "eu-west-1"


def client(sim, service="ec2", region=REGION, key=ebsim.ACCESS_KEY, secret=ebsim.SECRET, token=None, **config):
    config.setdefault("retries", {"max_attempts": 0})
    return boto3.client(service, region_name=region, endpoint_url=sim.url, aws_access_key_id=key,
                        aws_secret_access_key=secret, aws_session_token=token, config=Config(**config))


def refused(call, **parameters):
    """The code and HTTP status of the error that the call ends in."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def include_managed(ec2):
    """Older botocore does not know the parameter: add it on the way out."""
    def add(params, **_):
        params["body"]["IncludeManagedResources"] = "true"
    ec2.meta.events.register("before-call.ec2.DescribeVolumes", add)
    ec2.meta.events.register("before-call.ec2.DescribeInstances", add)
    return ec2


def volumes(ec2, page_size=100, **parameters):
    pages = ec2.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": page_size}, **parameters)
    return [volume for page in pages for volume in page["Volumes"]]


def instances(ec2, page_size=10, **parameters):
    pages = ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": page_size}, **parameters)
    return [i for page in pages for reservation in page["Reservations"] for i in reservation["Instances"]]


def by_filter(ec2, name, *values):
    return volumes(ec2, Filters=[{"Name": name, "Values": list(values)}])


def aws(sim, *args, check=True, **environment):
    """What the command line prints, decoded; without check what it complains."""
    environment = sim.environment(**{"AWS_DEFAULT_REGION": REGION, "AWS_MAX_ATTEMPTS": 1, **environment})
    done = subprocess.run(["/usr/bin/aws", "--endpoint-url", sim.url, "--output", "json", *args], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    if not check:
        return done.stderr
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
