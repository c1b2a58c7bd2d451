/* SPDX-License-Identifier: Apache-2.0 */
/* orders.c - writes a guest's initramfs with its orders (lab_frame.h). What a test reads stands in
 * the guest under the same path as on the host, so a test does not know where it runs. */
#include "lab_orders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab_frame.h"
#include "lab_image.h"
#include "lab_modules.h"
#include "lab_text.h"

#define INIT "gonogo-lab-init"

static enum gng_status no_memory(struct gng_why *why)
{
	return gng_why_set(why, GNG_ENOMEM, 0, "lab.orders", "no memory");
}

/* ---- modules ---- */

/* the port's own driver; built into some kernels */
static const char *const own_modules[] = {"virtio_pci", "virtio_console"};

static char *read_below(const char *folder, const char *name)
{
	char *path, *text;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return NULL;
	text = lab_read_text(path);
	free(path);
	return text;
}

/* resolve lists the files of all modules; parameters behind a name are not part of it. */
static enum gng_status resolve(struct gng_lab_list *paths, const char *module, const char *dep,
			       const char *builtin, struct gng_why *why)
{
	char *name = strndup(module, strcspn(module, " "));
	const enum gng_status status =
		name ? lab_modules_resolve(paths, name, dep, builtin, why) : no_memory(why);

	free(name);
	return status;
}

/* parameters_of returns what a case puts behind the module whose file is at path, or "". */
static const char *parameters_of(const struct gng_lab_case *one, const char *path)
{
	const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

	for (size_t i = 0; i < one->modules.num; i++) {
		const char *text = one->modules.texts[i];
		const size_t len = strcspn(text, " ");

		if (strncmp(file, text, len) == 0 && file[len] == '.' && text[len])
			return text + len + 1;
	}
	return "";
}

static enum gng_status order_modules(FILE *orders, struct lab_image *image,
				     const struct lab_work *work, const struct gng_lab_list *paths,
				     struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < paths->num && status == GNG_OK; i++) {
		const char *parameters = parameters_of(work->one, paths->texts[i]);
		char *file;

		if (asprintf(&file, "%s/%s", work->kernel->modules, paths->texts[i]) < 0)
			return no_memory(why);
		status = lab_image_put_file(image, file, file, why);
		fprintf(orders, "module\t%s%s%s\n", file, *parameters ? "\t" : "", parameters);
		free(file);
	}
	return status;
}

static enum gng_status put_modules(FILE *orders, struct lab_image *image,
				   const struct lab_work *work, struct gng_why *why)
{
	char *dep = read_below(work->kernel->modules, "modules.dep");
	char *builtin = read_below(work->kernel->modules, "modules.builtin");
	struct gng_lab_list paths = {0};
	enum gng_status status = GNG_OK;

	if (!dep || !builtin)
		status = gng_why_set(why, GNG_ESYS, errno, "lab.orders",
				     "%s: no modules.dep: run ci/setup lab", work->kernel->modules);
	for (size_t i = 0; i < sizeof(own_modules) / sizeof(own_modules[0]) && status == GNG_OK;
	     i++)
		status = resolve(&paths, own_modules[i], dep, builtin, why);
	for (size_t i = 0; i < work->one->modules.num && status == GNG_OK; i++)
		status = resolve(&paths, work->one->modules.texts[i], dep, builtin, why);
	if (status == GNG_OK)
		status = order_modules(orders, image, work, &paths, why);
	lab_list_fini(&paths);
	free(dep);
	free(builtin);
	return status;
}

/* ---- settings ---- */

/* order_sysctls: "net.core.x = 1" is /proc/sys/net/core/x; a path stays one. */
static enum gng_status order_sysctls(FILE *orders, const struct gng_lab_case *one,
				     struct gng_why *why)
{
	for (size_t i = 0; i < one->sysctls.num; i++) {
		const char *text = one->sysctls.texts[i], *value = strchr(text, '=');
		size_t len = strcspn(text, " =");

		if (!value)
			return gng_why_set(why, GNG_EFORMAT, 0, "lab.orders",
					   "%s: sysctl: %s: it wants NAME = VALUE", one->file,
					   text);
		fputs(*text == '/' ? "write\t" : "write\t/proc/sys/", orders);
		for (size_t c = 0; c < len; c++)
			fputc(*text != '/' && text[c] == '.' ? '/' : text[c], orders);
		value++;
		fprintf(orders, "\t%s\n", value + strspn(value, " "));
	}
	return GNG_OK;
}

/* ---- programs ---- */

char *lab_program(const struct gng_home *home, const struct gng_test *test)
{
	char *path;

	return asprintf(&path, "%s/tests/%s.%s.%s", home->builds[0].dir, test->suite,
			test->subsystem, test->stem) < 0
		       ? NULL
		       : path;
}

static enum gng_status put_test(FILE *orders, struct lab_image *image, const struct lab_work *work,
				const struct gng_test *test, struct gng_why *why)
{
	char *program = lab_program(work->home, test);
	enum gng_status status;

	if (!program)
		return no_memory(why);
	status = lab_image_put_program(image, program, why);
	fprintf(orders, "run\t%s%s%s\t%u\t%s\t--run\t%s", test->id, *test->variant ? "@" : "",
		test->variant, work->one->deadline_s, program, test->function);
	if (*test->variant)
		fprintf(orders, "\t--variant\t%s", test->variant);
	fputc('\n', orders);
	free(program);
	return status;
}

/* is_library: what a program loads by itself needs libraries of its own. */
static bool is_library(const char *path)
{
	const size_t len = strlen(path);

	return len > 3 && strcmp(path + len - 3, ".so") == 0;
}

static enum gng_status put_folder(struct lab_image *image, const char *source, const char *name,
				  bool must, struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	const bool absolute = *name == '/';
	char *path;

	if (asprintf(&path, "%s%s%s", absolute ? "" : source, absolute ? "" : "/", name) < 0)
		return no_memory(why);
	if (is_library(path))
		status = lab_image_put_program(image, path, why);
	else if (must || access(path, F_OK) == 0)
		status = lab_image_put_tree(image, path, why);
	free(path);
	return status;
}

/* put_data adds the vectors of each subsystem that is tested, and what the case names. */
static enum gng_status put_data(struct lab_image *image, const struct lab_work *work,
				struct gng_why *why)
{
	const char *source = work->home->source, *last = "";
	enum gng_status status = GNG_OK;
	char vectors[128];

	for (size_t i = 0; i < work->num_tests && status == GNG_OK; i++) {
		if (strcmp(last, work->tests[i].subsystem) == 0)
			continue;
		last = work->tests[i].subsystem;
		snprintf(vectors, sizeof(vectors), "vectors/%.100s", last);
		status = put_folder(image, source, vectors, false, why);
	}
	for (size_t i = 0; i < work->one->files.num && status == GNG_OK; i++)
		status = put_folder(image, source, work->one->files.texts[i], true, why);
	for (size_t i = 0; i < work->one->builts.num && status == GNG_OK; i++)
		status = put_folder(image, work->home->builds[0].dir, work->one->builts.texts[i],
				    true, why);
	for (size_t i = 0; i < work->libraries->num && status == GNG_OK; i++)
		status = lab_image_put_program(image, work->libraries->texts[i], why);
	return status;
}

static void order_environment(FILE *orders, const struct lab_work *work)
{
	fprintf(orders,
		"env\tGNG_RUNNER=1\nenv\tLC_ALL=C\nenv\tTZ=UTC\nenv\tGNG_LAB=%s\n"
		"env\tGNG_VECTORS=%s/vectors\nenv\tGNG_BUILD_DIR=%s\n",
		work->kernel->selector, work->home->source, work->home->builds[0].dir);
}

static enum gng_status put_all(FILE *orders, struct lab_image *image, const struct lab_work *work,
			       struct gng_why *why)
{
	enum gng_status status = put_modules(orders, image, work, why);
	char *init;

	if (status == GNG_OK)
		status = order_sysctls(orders, work->one, why);
	order_environment(orders, work);
	for (size_t i = 0; i < work->num_tests && status == GNG_OK; i++)
		status = put_test(orders, image, work, &work->tests[i], why);
	if (status == GNG_OK)
		status = put_data(image, work, why);
	if (status != GNG_OK)
		return status;
	if (asprintf(&init, "%s/" INIT, work->home->builds[0].dir) < 0)
		return no_memory(why);
	status = lab_image_put_file(image, "/init", init, why);
	free(init);
	return status;
}

enum gng_status lab_work_image(const struct lab_work *work, const char *path, struct gng_why *why)
{
	struct lab_image image;
	enum gng_status status = lab_image_open(&image, path, why);
	char *text = NULL;
	size_t len = 0;
	FILE *orders;

	if (status != GNG_OK)
		return status;
	orders = open_memstream(&text, &len);
	status = orders ? put_all(orders, &image, work, why) : no_memory(why);
	if (orders && fclose(orders) != 0 && status == GNG_OK)
		status = no_memory(why);
	if (status == GNG_OK)
		status = lab_image_put(&image, LAB_ORDERS, text, len, 0644, why);
	free(text);
	if (status == GNG_OK)
		return lab_image_close(&image, why);
	lab_image_abandon(&image);
	return status;
}
