/* SPDX-License-Identifier: Apache-2.0 */
/* modules_test.c - modules with all that they need, and the kernels that have them. */
#include "../suite.h"

#include <gng_lab.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab_modules.h"
#include "lab_text.h"

/* as depmod writes it: what is named last is to be loaded first */
static const char dep[] =
	"kernel/drivers/virtio/virtio.ko:\n"
	"kernel/drivers/virtio/virtio_ring.ko: kernel/drivers/virtio/virtio.ko\n"
	"kernel/drivers/char/virtio_console.ko.xz: kernel/drivers/virtio/virtio_ring.ko"
	" kernel/drivers/virtio/virtio.ko\n"
	"kernel/drivers/vfio/pci/vfio-pci.ko: kernel/drivers/virtio/virtio.ko\n";
static const char builtin[] = "kernel/fs/ext4/ext4.ko\nkernel/lib/crc-t10dif.ko\n";

static void what_is_needed_is_loaded_first(void **state)
{
	struct gng_lab_list paths = {0};

	(void)state;
	assert_int_equal(lab_modules_resolve(&paths, "virtio-console", dep, builtin, NULL), GNG_OK);
	assert_int_equal(paths.num, 3);
	assert_string_equal(paths.texts[0], "kernel/drivers/virtio/virtio.ko");
	assert_string_equal(paths.texts[1], "kernel/drivers/virtio/virtio_ring.ko");
	assert_string_equal(paths.texts[2], "kernel/drivers/char/virtio_console.ko.xz");
	lab_list_fini(&paths);
}

static void each_module_is_loaded_once(void **state)
{
	struct gng_lab_list paths = {0};

	(void)state;
	assert_int_equal(lab_modules_resolve(&paths, "virtio_ring", dep, builtin, NULL), GNG_OK);
	assert_int_equal(lab_modules_resolve(&paths, "vfio_pci", dep, builtin, NULL), GNG_OK);
	assert_int_equal(paths.num, 3);
	assert_string_equal(paths.texts[2], "kernel/drivers/vfio/pci/vfio-pci.ko");
	lab_list_fini(&paths);
}

static void a_builtin_module_adds_nothing(void **state)
{
	struct gng_lab_list paths = {0};

	(void)state;
	assert_int_equal(lab_modules_resolve(&paths, "crc_t10dif", dep, builtin, NULL), GNG_OK);
	assert_int_equal(paths.num, 0);
}

static void an_absent_module_is_named(void **state)
{
	static const char *const names[] = {"virtio_con", "virtio_consoles", "ko", "kernel", ""};
	struct gng_lab_list paths = {0};
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(lab_modules_resolve(&paths, names[i], dep, builtin, &why),
				 GNG_EUNSUPPORTED);
	assert_int_equal(lab_modules_resolve(&paths, "snd-aloop", dep, builtin, &why),
			 GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "'snd-aloop'"));
	assert_int_equal(paths.num, 0);
}

static void a_broken_modules_dep_is_refused_by_line(void **state)
{
	struct gng_lab_list paths = {0};
	struct gng_why why;

	(void)state;
	assert_int_equal(lab_modules_resolve(&paths, "x", "a.ko:\nb.ko\n", "", &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "modules.dep:2"));
}

/* ---- kernels in a folder ---- */

static void make_kernel(const char *package, const char *release, bool whole)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "mkdir -p k/%s/boot k/%s/lib/modules/%s && : >k/%s/boot/vmlinuz-%s && "
		 "if %s; then : >k/%s/lib/modules/%s/modules.dep; fi",
		 package, package, release, package, release, whole ? "true" : "false", package,
		 release);
	assert_int_equal(system(command), 0);
}

static void the_newest_whole_kernel_is_chosen(void **state)
{
	const struct gng_lab_kernel *kernel;
	struct gng_lab_kernel *kernels;
	size_t num_kernels;

	(void)state;
	make_kernel("a", "6.1.0-9-cloud-amd64", true);
	make_kernel("b", "6.1.0-56-cloud-amd64", true);
	make_kernel("c", "6.1.0-57-cloud-amd64", false); /* its unpacking was broken off */
	make_kernel("d", "6.1.0-60-rt-amd64", true);
	setenv("GNG_LAB_KERNELS", "k", 1);
	assert_int_equal(gng_lab_kernels_find(&kernels, &num_kernels, NULL), GNG_OK);
	assert_int_equal(num_kernels, 3);
	kernel = gng_lab_kernel_choose(kernels, num_kernels, "6.1-cloud");
	assert_non_null(kernel);
	assert_string_equal(kernel->release, "6.1.0-56-cloud-amd64");
	assert_string_equal(kernel->modules, "k/b/lib/modules/6.1.0-56-cloud-amd64");
	assert_null(gng_lab_kernel_choose(kernels, num_kernels, "6.12-cloud"));
	gng_lab_kernels_free(kernels, num_kernels);
}

const struct suite_test suite_tests[] = {
	TEST(what_is_needed_is_loaded_first, "H1.lab.modules"),
	TEST(each_module_is_loaded_once, "H1.lab.modules"),
	TEST(a_builtin_module_adds_nothing, "H1.lab.modules"),
	TEST(an_absent_module_is_named, "H1.lab.modules"),
	TEST(a_broken_modules_dep_is_refused_by_line, "H1.lab.modules"),
	TEST(the_newest_whole_kernel_is_chosen, "H1.lab.kernel"),
	{0},
};
