/* SPDX-License-Identifier: MIT */
#pragma once

/* An empty home directory and an environment without anything of AWS, for tests of what reads those. */

struct aws_environment; /* opaque */

/* cmocka setup and teardown; *state becomes the environment. */
int aws_environment_setup(void **state);
int aws_environment_teardown(void **state);

/* Write ~/.aws/config and ~/.aws/credentials. */
void aws_environment_write_config(struct aws_environment *e, const char *text);
void aws_environment_write_credentials(struct aws_environment *e, const char *text);

/* The path of a file below the home directory; static buffer. */
const char *aws_environment_path(const struct aws_environment *e, const char *name);
