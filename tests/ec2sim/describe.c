/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include <stdlib.h>

static bool matches(uint32_t slot, const void *userdata) {
        const struct describe_query *q = userdata;
        return q->rules->is_listed(q->fleet, slot, q->include_hidden) && filters_match(&q->filters, q->fleet, slot);
}

static int write_page(struct call *c, const struct describe_query *q, const struct page *page) {
        struct xml x = { .out = &c->reply.body };
        ec2_open_response(&x, c, q->rules->response);
        xml_open(&x, q->rules->set);
        q->rules->write(&x, q->fleet, page);
        xml_close(&x, q->rules->set);
        if (page->next_token != NULL)
                xml_text(&x, "nextToken", page->next_token);
        ec2_close_response(&x, q->rules->response);
        return x.r;
}

static int answer(struct call *c, struct describe_query *q, struct page *page) {
        const struct describe_rules *rules = q->rules;
        const struct id_map *ids;
        uint32_t n_slots = rules->slots(q->fleet, &ids);
        int r = ec2_read_ids(c, &rules->ids, ids, &q->candidates, &q->n_candidates);
        if (r >= 0 && rules->narrow != NULL)
                r = rules->narrow(q);
        if (r < 0)
                return r;
        const struct page_source source = {
                .n_slots = n_slots,
                .candidates = q->candidates,
                .n_candidates = q->n_candidates,
                .matches = matches,
                .userdata = q,
        };
        r = page_fill(c, &source, page);
        return r >= 0 ? write_page(c, q, page) : r;
}

int describe(struct call *c, const struct describe_rules *rules) {
        struct describe_query q = { .rules = rules };
        struct page page = { 0 };
        struct fleet *f;
        int r = ec2_read_include_managed(c, &q.include_hidden);
        if (r >= 0)
                r = filters_read(&c->request->params, rules->filters, &q.filters, &c->reply);
        if (r >= 0)
                r = page_read(c, &rules->page, &page);
        if (r >= 0)
                r = fleets_lock(&c->simulator->fleets, c->identity.account, c->identity.region, &f);
        if (r >= 0) {
                q.fleet = f;
                r = answer(c, &q, &page);
                fleets_unlock(f);
        }
        filters_release(&q.filters);
        free(q.candidates);
        page_release(&page);
        return r;
}
