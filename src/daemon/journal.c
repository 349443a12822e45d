/* SPDX-License-Identifier: MIT */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "daemon/journal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-journal.h>

#include "base/log.h"
#include "report/table.h"

/* Random ids that never change. */
static const struct {
        const char *id;
        int level;
} events[_EVENT_MAX] = {
        [EVENT_READY] = { "53bfb3be40704fa7885b49f1d4db623b", LOG_INFO },
        [EVENT_STOPPING] = { "b18b92752e2e49388ddf92dd33bbb0fa", LOG_INFO },
        [EVENT_CUT_OFF] = { "984f87a226b644199d094f37b13a6ce7", LOG_WARNING },
        [EVENT_RUN] = { "ee2a7723cb934ba78f4292e1f3fd6d73", LOG_INFO },
        [EVENT_RUN_FAILED] = { "bb51a03c5ae24775983624b30dd525c5", LOG_ERR },
        [EVENT_NOTICE] = { "fcb5d788739549ada4da9897629c7f91", LOG_WARNING },
        [EVENT_REGION_FAILED] = { "4c9e0450aeb945d7862896e0f60834ef", LOG_WARNING },
        [EVENT_REGION_WORKS] = { "b3cb22650d6c485e88857506462ba2ad", LOG_NOTICE },
        [EVENT_COMPARISON] = { "86d36ecd464a424d962fc585d328aec2", LOG_INFO },
        [EVENT_MODES_DISAGREE] = { "6e548ff8c6984878b2457c2b9c80a658", LOG_WARNING },
        [EVENT_STORE_FAILED] = { "e84eb86840054a7694f16247ebbb7b57", LOG_ERR },
        [EVENT_STORE_WORKS] = { "bb2096c8f9eb4266a14a9a683f4059b2", LOG_NOTICE },
        [EVENT_METRICS_FAILED] = { "5a2e3331d99b4315966f2ba383ec674c", LOG_WARNING },
        [EVENT_RELOADED] = { "22fa6044789c4917aed41b12b7af0ad7", LOG_INFO },
        [EVENT_RELOAD_REFUSED] = { "858c9b5ec9834287968998ef64812700", LOG_ERR },
        [EVENT_STUCK] = { "c58d0124de9c431ba2e27f815b37a7b6", LOG_ERR },
        [EVENT_FAILED] = { "0d21f48c6a3b42a1b2de162969d95ad3", LOG_ERR },
};

static const char *level_word(int level) {
        switch (level) {
        case LOG_ERR:
                return "error: ";
        case LOG_WARNING:
                return "warning: ";
        case LOG_NOTICE:
                return "notice: ";
        default:
                return "";
        }
}

/* The fields of one entry. */
#define FIELDS_MAX 20

struct entry {
        struct iovec fields[FIELDS_MAX];
        int n;
};

static void entry_add(struct entry *e, const char *format, ...) _printf_(2, 3);
static void entry_add(struct entry *e, const char *format, ...) {
        char *text;
        va_list ap;
        va_start(ap, format);
        int n = vasprintf(&text, format, ap);
        va_end(ap);
        if (n >= 0 && e->n < FIELDS_MAX)
                e->fields[e->n++] = (struct iovec){ text, (size_t) n };
        else if (n >= 0)
                free(text);
}

static void entry_add_text(struct entry *e, const char *name, const char *value) {
        if (value == NULL || value[0] == '\0')
                return;
        _cleanup_(freep) char *printable = text_printable(value);
        if (printable != NULL)
                entry_add(e, "%s=%s", name, printable);
}

static void entry_add_error(struct entry *e, const struct error *error) {
        if (error == NULL || error->kind == ERROR_NONE)
                return;
        entry_add(e, "EBS_ERROR_KIND=%s", error_kind_name(error->kind));
        entry_add_text(e, "EBS_AWS_CODE", error->code);
        entry_add_text(e, "EBS_REQUEST_ID", error->request_id);
        if (error->http_status != 0)
                entry_add(e, "EBS_HTTP_STATUS=%d", error->http_status);
        if (error->errnum != 0)
                entry_add(e, "ERRNO=%d", error->errnum);
}

static void send_entry(enum event event, const struct event_fields *f, const char *message) {
        struct entry e = { 0 };
        entry_add(&e, "MESSAGE=%s", message);
        entry_add(&e, "MESSAGE_ID=%s", events[event].id);
        entry_add(&e, "PRIORITY=%d", events[event].level);
        entry_add(&e, "SYSLOG_IDENTIFIER=ebsreportd");
        entry_add_text(&e, "EBS_ACCOUNT", f->account);
        entry_add_text(&e, "EBS_REGION", f->region);
        for (size_t i = 0; i < ARRAY_SIZE(f->runs); i++) {
                entry_add_text(&e, "EBS_MODE", f->runs[i].mode);
                if (f->runs[i].id != 0)
                        entry_add(&e, "EBS_RUN=%" PRId64, f->runs[i].id);
        }
        entry_add_error(&e, f->error);
        entry_add_text(&e, "EBS_REMEDY", f->remedy);
        (void) sd_journal_sendv(e.fields, e.n);
        for (int i = 0; i < e.n; i++)
                free(e.fields[i].iov_base);
}

void journal_tell(enum event event, const struct event_fields *fields, const char *format, ...) {
        static const struct event_fields none = { 0 };
        _cleanup_(freep) char *text = NULL;
        va_list ap;
        va_start(ap, format);
        if (vasprintf(&text, format, ap) < 0)
                text = NULL;
        va_end(ap);
        _cleanup_(freep) char *message = text != NULL ? text_printable(text) : NULL;
        if (message == NULL)
                return;
        if (log_goes_to_journal())
                send_entry(event, fields != NULL ? fields : &none, message);
        else
                log_message(events[event].level, "%s%s", level_word(events[event].level), message);
}
