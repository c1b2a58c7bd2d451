/* SPDX-License-Identifier: Apache-2.0 */
/* machine_test.c - the hardware's own answers: by ports, by ECAM, and as the kernel and lspci say.
 */
/* requires: jansson */
/* needs: sysfile */
#include <jansson.h>

#include "../command.h"

#include <fcntl.h>

#include <gng_pciscan.h>
#include <gng_sysfile.h>

#define DEVICES "/sys/bus/pci/devices"

static struct gng_pciscan_access access_of;
static size_t num, num_differ;

static bool open_ports(void)
{
	struct gng_why why;
	const enum gng_status status = gng_pciscan_ports(&access_of, &why);

	if (status != GNG_OK)
		gng_probe_skip(why.text, "gonogo lab run pciscan-machine");
	return status == GNG_OK;
}

static bool open_ecam(void)
{
	struct gng_why why;
	const enum gng_status status = gng_pciscan_ecam(&access_of, &why);

	if (status != GNG_OK)
		gng_probe_skip(why.text, "gonogo lab run pciscan-machine");
	return status == GNG_OK;
}

static char *file_of(const struct gng_pciscan_found *one, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), DEVICES "/0000:%02x:%02x.%x/%s", one->slot.bus,
		 one->slot.device, one->slot.function, name);
	return path;
}

/* compare_space compares with what the kernel reads. Status bits and counters of devices at work
 * change, so the header's identity and the lists are compared: bytes 0-3, 8-63 and each id. */
static void compare_space(void *context, const struct gng_pciscan_found *one,
			  enum gng_pciscan_oddity oddity)
{
	uint8_t theirs[256];
	const int fd = open(file_of(one, "config"), O_RDONLY | O_CLOEXEC);
	const ssize_t len = fd < 0 ? 0 : read(fd, theirs, sizeof(theirs));

	(void)context;
	if (fd >= 0)
		close(fd);
	num++;
	assert_int_equal(oddity, GNG_PCISCAN_NONE);
	assert_int_equal(one->fault.error, GNG_PCI_SOUND);
	if (len < 64 || memcmp(theirs, one->bytes, 4) != 0 ||
	    memcmp(theirs + 8, one->bytes + 8, 56) != 0)
		num_differ++;
}

static void the_ports_say_what_the_kernel_says(void **state)
{
	(void)state;
	if (!open_ports())
		return;
	gng_pciscan_walk(&access_of, compare_space, NULL);
	if (num == 0)
		return gng_probe_skip("this machine has no PCI bus",
				      "gonogo lab run pciscan-machine");
	assert_int_equal(num_differ, 0);
	assert_int_equal(gng_sysfile_each("", DEVICES, NULL, NULL), num);
	gng_pciscan_close(&access_of);
}

static void ecam_says_what_the_kernel_says(void **state)
{
	(void)state;
	if (!open_ecam())
		return;
	gng_pciscan_walk(&access_of, compare_space, NULL);
	assert_int_equal(num_differ, 0);
	assert_int_equal(gng_sysfile_each("", DEVICES, NULL, NULL), num);
	gng_pciscan_close(&access_of);
}

/* kernel_size reads line bar of the file resource: "start end flags". */
static uint64_t kernel_size(const struct gng_pciscan_found *one, unsigned int bar)
{
	char *text = gng_sysfile_text("", file_of(one, "resource")), *rest = text, *line = NULL;
	unsigned long long first = 0, last = 0;

	for (unsigned int i = 0; i <= bar; i++)
		line = strsep(&rest, "\n");
	if (!line || sscanf(line, "%llx %llx", &first, &last) != 2)
		first = last = 0;
	free(text);
	return last ? last - first + 1 : 0;
}

static void compare_sizes(void *context, const struct gng_pciscan_found *one,
			  enum gng_pciscan_oddity oddity)
{
	(void)context;
	(void)oddity;
	if (access(file_of(one, "driver"), F_OK) == 0 || one->function.layout != 0)
		return;
	for (unsigned int bar = 0; bar < one->function.num_bars; bar++) {
		const uint64_t ours = gng_pciscan_size(&access_of, one, bar);

		assert_int_equal(ours, kernel_size(one, bar));
		num += ours != 0;
	}
}

/* Only in a guest: there nobody uses a function that no driver has bound. */
static void bars_are_as_large_as_the_kernel_says(void **state)
{
	(void)state;
	if (!getenv("GNG_LAB"))
		return gng_probe_skip("BARs are sized in guests only",
				      "gonogo lab run pciscan-machine");
	if (!open_ports())
		return;
	gng_pciscan_walk(&access_of, compare_sizes, NULL);
	assert_in_range(num, 3, 100);
	gng_pciscan_walk(&access_of, compare_space, NULL); /* and all is as before */
	assert_int_equal(num_differ, 0);
	gng_pciscan_close(&access_of);
}

/* ---- the command ---- */

static const struct command_refusal refused[] = {
	{"--method smbus", "'smbus'", 2},
	{"--method", "--method", 2},
	{"--sizes --method ecam", "'ecam'", 2},
	{"more", "'more'", 2},
	{"--colour", "--colour", 2},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	command_refuses("gonogo-pciscan", refused, COUNT_OF(refused));
	assert_int_equal(command("gonogo-pciscan --help"), 0);
}

static void it_lists_what_it_found(void **state)
{
	json_t *all, *one;
	size_t i;
	int status;

	(void)state;
	status = command("gonogo-pciscan --json");
	if (status == 3 || status == 4)
		return gng_probe_skip(command_err, "gonogo lab run pciscan-machine");
	assert_in_range(status, 0, 1);
	all = command_json();
	assert_int_equal(json_array_size(all), gng_sysfile_each("", DEVICES, NULL, NULL));
	json_array_foreach(all, i, one) assert_true(json_is_string(json_object_get(one, "slot")));
	json_decref(all);
	assert_int_equal(command("gonogo-pciscan"), status);
	assert_int_equal(command("gonogo-pciscan | grep -c ."), 0);
}

const struct suite_test suite_tests[] = {
	TEST(the_ports_say_what_the_kernel_says, "K6.pci.space"),
	TEST(ecam_says_what_the_kernel_says, "K6.pci.space"),
	TEST(bars_are_as_large_as_the_kernel_says, "K6.pci.space"),
	TEST(a_wrong_word_is_named, "K6.pci.command"),
	TEST(it_lists_what_it_found, "K6.pci.command"),
	{0},
};
