/* SPDX-License-Identifier: MIT */
#include "tui/explain.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(struct explanation *e, const char *format, ...) _printf_(2, 3);
static void say(struct explanation *e, const char *format, ...) {
        size_t i = 0;
        while (i < EXPLANATION_LINES - 1 && e->lines[i][0] != '\0')
                i++;
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(e->lines[i], sizeof(e->lines[i]), format, ap);
        va_end(ap);
}

static void say_permissions(struct explanation *e, const char *path) {
        struct stat st;
        const struct passwd *user = getpwuid(geteuid());
        char who[64];
        (void) snprintf(who, sizeof(who), "%.50s", user != NULL ? user->pw_name : "?");
        if (stat(path, &st) < 0) {
                say(e, "The directory may not be entered by you (uid %u, %s).", (unsigned) geteuid(), who);
                return;
        }
        const struct passwd *owner = getpwuid(st.st_uid);
        const struct group *group = getgrgid(st.st_gid);
        say(e, "It belongs to %s:%s, mode %04o; you are %s (uid %u).", owner != NULL ? owner->pw_name : "?",
            group != NULL ? group->gr_name : "?", (unsigned) st.st_mode & 07777, who, (unsigned) geteuid());
        if ((st.st_mode & S_IRGRP) != 0 && group != NULL && group->gr_gid != 0)
                say(e, "Members of the group may read it: sudo usermod -aG %s %s, then log in again.", group->gr_name,
                    who);
        else
                say(e, "Let its owner make it readable: chmod g+r, and put yourself in its group.");
}

static void explain_missing(struct explanation *e, const struct database *d) {
        (void) snprintf(e->title, sizeof(e->title), "No database");
        say(e, "%s does not exist.", d->path);
        say(e, "ebsreportd makes it with its first run: systemctl status ebsreportd");
        say(e, "Another place: ebstop --db PATH. It will be shown here as soon as it is there.");
}

static void explain_first_run(struct explanation *e, const struct database *d, const struct status_database *s) {
        (void) snprintf(e->title, sizeof(e->title), "No numbers yet");
        const struct row *daemon = s != NULL ? s->daemon : NULL;
        if (daemon != NULL && strcmp(value_text(&daemon->values[STATUS_DAEMON_STATE]), "running") == 0)
                say(e, "The first run is in progress: %lld/%lld regions.",
                    (long long) value_integer(&daemon->values[STATUS_DAEMON_DONE]),
                    (long long) value_integer(&daemon->values[STATUS_DAEMON_TOTAL]));
        else
                say(e, "%s has no run yet that worked.", d->path);
        if (s != NULL && s->run != NULL && s->run->values[STATUS_RUN_MESSAGE].type == VALUE_TEXT)
                say(e, "The last one failed: %s", value_text(&s->run->values[STATUS_RUN_MESSAGE]));
        if (daemon == NULL)
                say(e, "Start the daemon (systemctl start ebsreportd) or make a run: ebsreportd --once");
}

void explain_database(const struct database *d, const struct status_database *s, usec_t now, struct explanation *ret) {
        *ret = (struct explanation){ 0 };
        switch (d->state) {
        case DATABASE_MISSING:
                explain_missing(ret, d);
                return;
        case DATABASE_DENIED:
                (void) snprintf(ret->title, sizeof(ret->title), "No permission");
                say(ret, "%s may not be read.", d->path);
                say_permissions(ret, d->path);
                say(ret, "Whether it is being written: systemctl status ebsreportd. It will be shown here as soon as it may be read.");
                return;
        case DATABASE_READABLE:
        case DATABASE_EMPTY:
        case DATABASE_UNKNOWN:
                explain_first_run(ret, d, s);
                return;
        case DATABASE_BUSY:
                (void) snprintf(ret->title, sizeof(ret->title), "Database busy");
                say(ret, "%s has been locked by another process for %llu s.", d->path,
                    (unsigned long long) ((now - d->busy_since) / USEC_PER_SEC));
                say(ret, "It is tried again by itself.");
                return;
        case DATABASE_NEWER:
                (void) snprintf(ret->title, sizeof(ret->title), "Database newer than this ebstop");
                break;
        case DATABASE_OLDER:
                (void) snprintf(ret->title, sizeof(ret->title), "Database older than this ebstop");
                break;
        case DATABASE_DAMAGED:
                (void) snprintf(ret->title, sizeof(ret->title), "Database damaged");
                break;
        case DATABASE_FOREIGN:
                (void) snprintf(ret->title, sizeof(ret->title), "Not a database of ebsreportd");
                break;
        case DATABASE_FAILED:
        case _DATABASE_STATE_MAX:
                (void) snprintf(ret->title, sizeof(ret->title), "Database not readable");
                break;
        }
        say(ret, "%s", d->error.message);
}

/* What fits beside the state in 80 columns; NULL: only the error knows. */
static const char *short_remedy(enum database_state state) {
        static const char *const remedies[_DATABASE_STATE_MAX] = {
                [DATABASE_MISSING] = "put it back, or start ebsreportd",
                [DATABASE_DENIED] = "its owner has to let you read it",
                [DATABASE_FOREIGN] = "name another file with --db",
                [DATABASE_DAMAGED] = "restore a copy of it",
                [DATABASE_EMPTY] = "start ebsreportd",
                [DATABASE_OLDER] = "run a present ebsreportd",
                [DATABASE_NEWER] = "upgrade ebstop",
        };
        return remedies[state];
}

static void say_state(const struct database *d, bool has_numbers, char buf[static 160]) {
        const char *remedy = short_remedy(d->state);
        int n = snprintf(buf, 160, "DB %s, %s: %.100s", database_state_name(d->state),
                         has_numbers ? "showing the last numbers" : "nothing of it is shown",
                         remedy != NULL ? remedy : d->error.message);
        /* Where there is room for all of it, which one. */
        if (remedy != NULL && n + 2 + (int) strlen(d->path) < 160)
                (void) snprintf(buf + n, 160 - (size_t) n, "  %s", d->path);
}

void explain_briefly(const struct database *d, bool has_numbers, usec_t now, char buf[static 160]) {
        buf[0] = '\0';
        if (d->state == DATABASE_BUSY)
                (void) snprintf(buf, 160, "DB busy %llu s, retrying",
                                (unsigned long long) ((now - d->busy_since) / USEC_PER_SEC));
        else if (d->state != DATABASE_READABLE && d->state != DATABASE_UNKNOWN)
                say_state(d, has_numbers, buf);
}
