/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "derived.h"
#include "describe.h"
#include "tag_set.h"

static uint32_t slots(const struct fleet *f, const struct id_map **ret_ids) {
        *ret_ids = &f->instance_ids;
        return (uint32_t) f->n_instances;
}

static bool is_listed(const struct fleet *f, uint32_t slot, bool include_hidden) {
        return include_hidden || (f->instances[slot].flags & FLEET_HIDDEN) == 0;
}

static void write_mapping(struct xml *x, const struct fleet *f, const struct sim_instance *i) {
        char id[RESOURCE_ID_SIZE];
        if (i->first_attachment == SLOT_NONE || i->state == STATE_TERMINATED) {
                xml_raw(x, "<blockDeviceMapping/>");
                return;
        }
        xml_open(x, "blockDeviceMapping");
        for (uint32_t a = i->first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_instance) {
                const struct sim_attachment *attachment = &f->attachments[a];
                xml_raw(x, "<item>");
                xml_text(x, "deviceName", fleet_word(f, attachment->device));
                xml_raw(x, "<ebs>");
                xml_text(x, "volumeId", resource_id_format("vol", f->volumes[attachment->volume].id, id));
                xml_text(x, "status", fleet_word(f, attachment->status));
                xml_time(x, "attachTime", attachment->attached_at);
                xml_bool(x, "deleteOnTermination", (attachment->flags & FLEET_DELETE_ON_TERMINATION) != 0);
                xml_raw(x, "</ebs></item>");
        }
        xml_close(x, "blockDeviceMapping");
}

static void write_placement(struct xml *x, const struct fleet *f, const struct sim_instance *i) {
        char zone[32];
        xml_open(x, "placement");
        xml_text(x, "availabilityZone", fleet_word(f, i->zone));
        xml_text(x, "availabilityZoneId", zone_id(f, i->zone, zone));
        xml_raw(x, "<groupName/><tenancy>default</tenancy>");
        xml_close(x, "placement");
}

/* A live instance has an address and a network; a terminated one has lost both. */
static void write_network(struct xml *x, const struct sim_instance *i) {
        char address[16], dns[64];
        if (i->state == STATE_TERMINATED) {
                xml_raw(x, "<privateDnsName/><dnsName/>");
                return;
        }
        (void) instance_address(i, address);
        (void) snprintf(dns, sizeof(dns), "ip-%s.ec2.internal", address);
        for (char *p = dns; p < dns + 3 + strlen(address); p++)
                if (*p == '.')
                        *p = '-';
        xml_text(x, "privateDnsName", dns);
        xml_raw(x, "<dnsName/>");
        xml_text(x, "privateIpAddress", address);
        xml_raw(x, "<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0123456789abcdef0</groupId>"
                   "<groupName>default</groupName></item></groupSet>");
}

static void write_state(struct xml *x, const char *element, const struct sim_instance *i) {
        xml_open(x, element);
        xml_number(x, "code", i->state);
        xml_text(x, "name", instance_state_name(i->state));
        xml_close(x, element);
}

static void write_instance(struct xml *x, const struct fleet *f, uint32_t slot) {
        const struct sim_instance *i = &f->instances[slot];
        char id[RESOURCE_ID_SIZE];
        xml_raw(x, "<item>");
        xml_text(x, "instanceId", resource_id_format("i", i->id, id));
        xml_text(x, "imageId", instance_image(i, id));
        write_state(x, "instanceState", i);
        write_network(x, i);
        xml_raw(x, "<reason/><amiLaunchIndex>0</amiLaunchIndex><productCodes/>");
        xml_text(x, "instanceType", fleet_word(f, i->type));
        xml_time(x, "launchTime", i->launched);
        write_placement(x, f, i);
        xml_raw(x, "<monitoring><state>disabled</state></monitoring><architecture>x86_64</architecture>"
                   "<rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>");
        write_mapping(x, f, i);
        xml_raw(x, "<virtualizationType>hvm</virtualizationType>");
        struct tags tags;
        instance_tags(f, slot, &tags);
        tag_set_write(x, &tags);
        xml_raw(x, "<hypervisor>xen</hypervisor><ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport>"
                   "<platformDetails>Linux/UNIX</platformDetails><usageOperation>RunInstances</usageOperation>");
        xml_open(x, "operator");
        xml_bool(x, "managed", (i->flags & FLEET_MANAGED) != 0);
        if ((i->flags & FLEET_MANAGED) != 0) {
                xml_text(x, "principal", "eks.amazonaws.com");
                xml_bool(x, "hiddenByDefault", (i->flags & FLEET_HIDDEN) != 0);
        }
        xml_close(x, "operator");
        xml_raw(x, "</item>");
}

/* Neighbours of one reservation share an item; a page may begin or end within one. */
static void write_reservations(struct xml *x, const struct fleet *f, const struct page *page) {
        for (size_t i = 0; i < page->n; i++) {
                const struct sim_instance *instance = &f->instances[page->slots[i]];
                if (i == 0 || f->instances[page->slots[i - 1]].reservation != instance->reservation) {
                        char id[RESOURCE_ID_SIZE];
                        xml_raw(x, "<item>");
                        xml_text(x, "reservationId", resource_id_format("r", instance->reservation, id));
                        xml_text(x, "ownerId", f->account);
                        xml_raw(x, "<groupSet/><instancesSet>");
                }
                write_instance(x, f, page->slots[i]);
                if (i + 1 == page->n || f->instances[page->slots[i + 1]].reservation != instance->reservation)
                        xml_raw(x, "</instancesSet></item>");
        }
}

int describe_instances(struct call *c) {
        static const struct describe_rules rules = {
                .page = { .ids_parameter = "InstanceId", .ids_word = "instancesSet", .most = 1000, .cut = 1000 },
                .ids = { "InstanceId", "i", "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound", "instance ID" },
                .filters = instance_filter_rules,
                .response = "DescribeInstancesResponse",
                .set = "reservationSet",
                .slots = slots,
                .is_listed = is_listed,
                .write = write_reservations,
        };
        return describe(c, &rules);
}
