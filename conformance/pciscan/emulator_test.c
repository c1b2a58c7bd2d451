/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emulator_test.c - what a guest's emulator says of the same functions: QEMU's query-pci, asked by
 * the guest itself through a port that leads to the monitor.
 */
/* requires: jansson */
/* needs: gauge lab sysfile */
#include <jansson.h>

#include "../guest.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gng_pciscan.h>
#include <gng_sysfile.h>

#define PORTS "/sys/class/virtio-ports"
#define LAB "gonogo lab run pciscan-machine"
#define PATIENCE_MS 10000

/* ---- the monitor ---- */

/* emulator is the port that leads to it. */
static struct emulator {
	char port[64];
	int fd;
} emulator;

static void look_at_port(void *context, const char *root, const char *name)
{
	char path[128], text[64];

	(void)context;
	snprintf(path, sizeof(path), PORTS "/%.40s/name", name);
	if (gng_sysfile_read(text, sizeof(text), root, path) && strcmp(text, "gonogo.qmp") == 0)
		snprintf(emulator.port, sizeof(emulator.port), "/dev/%.40s", name);
}

static bool open_emulator(void)
{
	gng_sysfile_each("", PORTS, look_at_port, NULL);
	if (*emulator.port)
		emulator.fd = open(emulator.port, O_RDWR | O_CLOEXEC);
	else
		gng_probe_skip("no port of this machine leads to its emulator", LAB);
	return *emulator.port != '\0';
}

/* read_line reads a line of at most cap - 1 bytes; an emulator that is silent fails the test. */
static void read_line(char *line, size_t cap)
{
	struct pollfd wait = {.fd = emulator.fd, .events = POLLIN};
	size_t len = 0;

	while (len < cap - 1 && poll(&wait, 1, PATIENCE_MS) == 1 &&
	       read(emulator.fd, line + len, 1) == 1 && line[len] != '\n')
		len++;
	assert_true(len < cap - 1);
	line[len] = '\0';
	assert_true(len > 0);
}

/* ask returns what a command returned; greetings and events before it are passed over. */
static json_t *ask(const char *command)
{
	static char line[1 << 16];
	const ssize_t len = (ssize_t)strlen(command);

	assert_int_equal(write(emulator.fd, command, (size_t)len), len);
	for (int i = 0; i < 100; i++) {
		json_t *said, *answer;

		read_line(line, sizeof(line));
		said = json_loads(line, 0, NULL);
		assert_non_null(said);
		assert_null(json_object_get(said, "error"));
		answer = json_incref(json_object_get(said, "return"));
		json_decref(said);
		if (answer)
			return answer;
	}
	suite_fail("no answer to %s", command);
}

/* ---- both lists ---- */

static struct {
	struct gng_pciscan_found all[64];
	size_t num, num_bars, num_bridges;
} ours;

static void keep(void *context, const struct gng_pciscan_found *one, enum gng_pciscan_oddity oddity)
{
	(void)context;
	assert_int_equal(oddity, GNG_PCISCAN_NONE);
	assert_true(ours.num < COUNT_OF(ours.all));
	ours.all[ours.num++] = *one;
}

static json_int_t number(json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

static const struct gng_pciscan_found *ours_of(json_t *theirs)
{
	for (size_t i = 0; i < ours.num; i++)
		if (ours.all[i].slot.bus == number(theirs, "bus") &&
		    ours.all[i].slot.device == number(theirs, "slot") &&
		    ours.all[i].slot.function == number(theirs, "function"))
			return &ours.all[i];
	suite_fail("QEMU has a function at %lld:%lld.%lld, which was not found",
		   number(theirs, "bus"), number(theirs, "slot"), number(theirs, "function"));
}

/* compare_bar: QEMU lists a BAR that has a size, with the address that it decodes now, or -1. */
static void compare_bar(const struct gng_pciscan_found *one, json_t *region)
{
	const bool is_io = strcmp(json_string_value(json_object_get(region, "type")), "io") == 0;
	const json_int_t number_of = number(region, "bar"), address = number(region, "address");
	const struct gng_pci_bar *bar = &one->function.bars[number_of];

	if (number_of >= (json_int_t)one->function.num_bars || address == -1)
		return; /* an expansion ROM has no BAR of its own; an unset BAR no address */
	assert_int_equal(bar->kind == GNG_PCI_BAR_IO, is_io);
	assert_int_equal(bar->address, address);
	if (!is_io) {
		assert_int_equal(bar->prefetchable,
				 json_is_true(json_object_get(region, "prefetch")));
		assert_int_equal(bar->kind == GNG_PCI_BAR_MEM64,
				 json_is_true(json_object_get(region, "mem_type_64")));
	}
	ours.num_bars++;
}

static void compare_buses(const struct gng_pciscan_found *one, json_t *bridge)
{
	json_t *bus = json_object_get(bridge, "bus");

	assert_int_equal(one->function.layout, 1);
	assert_int_equal(one->function.primary, number(bus, "number"));
	assert_int_equal(one->function.secondary, number(bus, "secondary"));
	assert_int_equal(one->function.subordinate, number(bus, "subordinate"));
	ours.num_bridges++;
}

static size_t compare_all(json_t *theirs);

/* compare_one returns how many functions stand there and behind it. */
static size_t compare_one(json_t *theirs)
{
	const struct gng_pciscan_found *one = ours_of(theirs);
	json_t *id = json_object_get(theirs, "id"), *region;
	json_t *bridge = json_object_get(theirs, "pci_bridge");
	size_t i;

	assert_int_equal(one->function.vendor, number(id, "vendor"));
	assert_int_equal(one->function.device, number(id, "device"));
	assert_int_equal(one->function.class_code >> 8,
			 number(json_object_get(theirs, "class_info"), "class"));
	json_array_foreach(json_object_get(theirs, "regions"), i, region) compare_bar(one, region);
	if (!bridge)
		return 1;
	compare_buses(one, bridge);
	return 1 + compare_all(json_object_get(bridge, "devices"));
}

static size_t compare_all(json_t *theirs)
{
	size_t i, num = 0;
	json_t *one;

	json_array_foreach(theirs, i, one) num += compare_one(one);
	return num;
}

static size_t compare_machine(void)
{
	size_t i, num = 0;
	json_t *all, *bus;

	json_decref(ask("{\"execute\":\"qmp_capabilities\"}\n"));
	all = ask("{\"execute\":\"query-pci\"}\n");
	json_array_foreach(all, i, bus) num += compare_all(json_object_get(bus, "devices"));
	json_decref(all);
	return num;
}

static void the_ports_say_what_query_pci_says(void **state)
{
	struct gng_pciscan_access access;
	struct gng_why why;
	size_t num;

	(void)state;
	if (!open_emulator())
		return;
	assert_true(emulator.fd >= 0);
	if (gng_pciscan_ports(&access, &why) != GNG_OK)
		suite_fail("%s", why.text);
	gng_pciscan_walk(&access, keep, NULL);
	gng_pciscan_close(&access);
	num = compare_machine();
	close(emulator.fd);
	printf("%zu functions, %zu bridges and %zu BARs are QEMU's\n", num, ours.num_bridges,
	       ours.num_bars);
	assert_int_equal(num, ours.num);
	assert_in_range(ours.num_bridges, 2, 64);
	assert_in_range(ours.num_bars, 5, 64);
}

/* As the case machine, by this test alone: planted bugs are judged so. */
static void a_guest_says_what_query_pci_says(void **state)
{
	(void)state;
	guest_judge("6.12-cloud",
		    "title: t\nkernel: 6.12-cloud\nmemory: 256\ndevice: edu\n"
		    "device: pcie-root-port,id=port1,chassis=1,slot=1\n"
		    "device: pcie-pci-bridge,id=bridge1,bus=port1\n"
		    "device: edu,bus=bridge1,addr=3\nmonitor: gonogo.qmp\nappend: no_timer_check\n"
		    "run: conformance.pciscan.emulator.the_ports_say_what_query_pci_says\n",
		    NULL);
}

const struct suite_test suite_tests[] = {
	TEST(the_ports_say_what_query_pci_says, "K6.pci.space"),
	TEST_SLOW(a_guest_says_what_query_pci_says, "K6.pci.space"),
	{0},
};
