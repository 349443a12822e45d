/* SPDX-License-Identifier: MIT */
#include "aws/xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* EC2's answers nest about ten deep. */
#define DEPTH_MAX 64
#define UNKNOWN (-1)
/* libxml2 takes int sizes. */
#define CHUNK_MAX ((size_t) 1024 * 1024)

struct xml {
        xmlParserCtxt *parser;
        const struct xml_schema *schema;
        void *userdata;
        int result;           /* the first error; then everything else is ignored */
        struct error *reterr; /* of the call that is running */
        bool started;         /* any byte arrived */
        bool finished;        /* the root element was closed */
        size_t depth;
        struct {
                int node;
                bool text;
        } stack[DEPTH_MAX + 1]; /* [0] is outside the root */
        struct buffer text;
};

static void stop(struct xml *x, int result) {
        if (x->result == 0)
                x->result = result;
        xmlStopParser(x->parser);
}

static void refuse(struct xml *x, const char *what) {
        stop(x, error_set(x->reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: %s", what));
}

static const struct xml_rule *find_rule(const struct xml_schema *schema, int parent, const char *name) {
        for (size_t i = 0; i < schema->n_rules; i++)
                if (schema->rules[i].parent == parent && strcmp(schema->rules[i].name, name) == 0)
                        return &schema->rules[i];
        return NULL;
}

static void on_start_element(void *context, const xmlChar *name, const xmlChar *prefix _unused_,
                             const xmlChar *uri _unused_, int n_namespaces _unused_,
                             const xmlChar **namespaces _unused_, int n_attributes _unused_,
                             int n_defaulted _unused_, const xmlChar **attributes _unused_) {
        struct xml *x = context;
        if (x->result < 0)
                return;
        if (x->depth == DEPTH_MAX) {
                refuse(x, "its XML is nested too deeply");
                return;
        }
        const struct xml_rule *rule = find_rule(x->schema, x->stack[x->depth].node, (const char *) name);
        if (rule == NULL && x->depth == 0) {
                stop(x, error_set(x->reterr, ERROR_PROTOCOL, EBADMSG,
                                  "unusable answer: <%.40s> is no document of this API", (const char *) name));
                return;
        }
        x->depth++;
        x->stack[x->depth].node = rule != NULL ? rule->node : UNKNOWN;
        x->stack[x->depth].text = rule != NULL && rule->text;
        if (rule == NULL)
                return;
        buffer_clear(&x->text);
        int r = x->schema->on_start != NULL ? x->schema->on_start(rule->node, x->userdata, x->reterr) : 0;
        if (r < 0)
                stop(x, r);
}

static void on_end_element(void *context, const xmlChar *name _unused_, const xmlChar *prefix _unused_,
                           const xmlChar *uri _unused_) {
        struct xml *x = context;
        if (x->result < 0 || x->depth == 0)
                return;
        int node = x->stack[x->depth].node;
        bool has_text = x->stack[x->depth].text;
        x->depth--;
        x->finished = x->depth == 0;
        if (node == UNKNOWN || x->schema->on_end == NULL)
                return;
        const char *text = has_text ? buffer_string(&x->text) : "";
        int r = text != NULL ? x->schema->on_end(node, text, x->userdata, x->reterr) : error_oom(x->reterr);
        if (r < 0)
                stop(x, r);
}

static void on_characters(void *context, const xmlChar *text, int n) {
        struct xml *x = context;
        if (x->result < 0 || !x->stack[x->depth].text || n <= 0)
                return;
        int r = buffer_append(&x->text, text, (size_t) n);
        if (r == -E2BIG)
                refuse(x, "a value in its XML is too long");
        else if (r < 0)
                stop(x, error_oom(x->reterr));
}

/* A DOCTYPE is where entities would be declared: no answer of AWS has one. */
static void on_doctype(void *context, const xmlChar *name _unused_, const xmlChar *external _unused_,
                       const xmlChar *system _unused_) {
        refuse(context, "its XML has a DOCTYPE");
}

/* libxml2 would write to stderr otherwise. */
static void on_error(void *context _unused_, xmlError *error _unused_) {
}

int xml_new(const struct xml_schema *schema, void *userdata, struct xml **ret, struct error *reterr) {
        xmlSAXHandler handler = {
                .initialized = XML_SAX2_MAGIC,
                .startElementNs = on_start_element,
                .endElementNs = on_end_element,
                .characters = on_characters,
                .cdataBlock = on_characters,
                .internalSubset = on_doctype,
                .serror = on_error,
        };
        struct xml *x = calloc(1, sizeof(*x));
        if (x == NULL)
                return error_oom(reterr);
        *x = (struct xml){ .schema = schema, .userdata = userdata, .text = BUFFER_INIT(XML_TEXT_MAX) };
        x->parser = xmlCreatePushParserCtxt(&handler, x, NULL, 0, NULL);
        if (x->parser == NULL) {
                free(x);
                return error_oom(reterr);
        }
        (void) xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
        *ret = x;
        return 0;
}

void xml_free(struct xml *x) {
        if (x == NULL)
                return;
        if (x->parser->myDoc != NULL)
                xmlFreeDoc(x->parser->myDoc);
        xmlFreeParserCtxt(x->parser);
        buffer_release_secret(&x->text);
        free(x);
}

static int feed(struct xml *x, const char *data, size_t n, bool last, struct error *reterr) {
        if (x->result < 0)
                return x->result;
        x->reterr = reterr;
        (void) xmlParseChunk(x->parser, data, (int) n, last);
        if (x->result == 0 && x->parser->errNo == XML_ERR_NO_MEMORY)
                x->result = error_oom(reterr);
        if (x->result == 0 && (!x->parser->wellFormed || (last && !x->finished)))
                x->result = error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: %s",
                                      !x->started             ? "it is empty"
                                      : last && x->depth > 0 ? "its XML is cut off"
                                                             : "it is not well-formed XML");
        x->reterr = NULL;
        return x->result;
}

int xml_feed(struct xml *x, const void *data, size_t n, struct error *reterr) {
        x->started = x->started || n > 0;
        for (const char *p = data; n > 0;) {
                size_t piece = n < CHUNK_MAX ? n : CHUNK_MAX;
                int r = feed(x, p, piece, false, reterr);
                if (r < 0)
                        return r;
                p += piece;
                n -= piece;
        }
        return x->result;
}

int xml_finish(struct xml *x, struct error *reterr) {
        return feed(x, "", 0, true, reterr);
}

int xml_parse(const struct xml_schema *schema, const void *data, size_t n, void *userdata, struct error *reterr) {
        _cleanup_(xml_freep) struct xml *x = NULL;
        int r = xml_new(schema, userdata, &x, reterr);
        if (r < 0 || (r = xml_feed(x, data, n, reterr)) < 0)
                return r;
        return xml_finish(x, reterr);
}
