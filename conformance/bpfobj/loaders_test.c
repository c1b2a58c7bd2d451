/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loaders_test.c - one object, three loaders: libbpf as a C program calls it, cilium/ebpf, and the
 * binding of impl/bpfobj/go. What the caller of each learns of a refusal: errno, class, words.
 *
 * Attributes of a case: name (a program of the file), file, and for each loader "ERRNO CLASS" or
 * "accepted"; "-" is a refusal without an errno. docs/loaders.md is made of the same vectors.
 */
/* needs: bpf */
/* requires: libbpf go cilium-ebpf jansson */
#include "samples.h"

#include <bpf/libbpf.h>
#include <jansson.h>

#include "../command.h"

#define SAID_CAP 65536u

/* answer is what one loader said of one object. */
struct answer {
	int error; /* 0: taken; -1: refused without a number */
	char said[SAID_CAP], log[SAID_CAP];
};

/* ---- libbpf, whose words come by its print function, the log among them ---- */

static struct answer *listener;

static int listen_to(enum libbpf_print_level level, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static int listen_to(enum libbpf_print_level level, const char *format, va_list args)
{
	const size_t len = strlen(listener->said);

	if (level == LIBBPF_WARN)
		vsnprintf(listener->said + len, sizeof(listener->said) - len, format, args);
	return 0;
}

/* cut_log copies what stands between libbpf's two lines. */
static void cut_log(struct answer *answer)
{
	const char *from = strstr(answer->said, "BEGIN PROG LOAD LOG --\n");
	const char *to = from ? strstr(from, "-- END PROG LOAD LOG") : NULL;

	if (from && to)
		snprintf(answer->log, sizeof(answer->log), "%.*s", (int)(to - from - 23),
			 from + 23);
}

static void ask_libbpf(struct answer *answer, const char *file, const char *program)
{
	struct bpf_object *object;
	struct bpf_program *one;

	listener = answer;
	libbpf_set_print(listen_to);
	object = bpf_object__open(file);
	if (!object) { /* numbers from 4000 on are libbpf's own */
		answer->error = errno > 4000 ? -1 : errno;
		return;
	}
	bpf_object__for_each_program(one, object) if (program &&
						      strcmp(bpf_program__name(one), program) != 0)
		bpf_program__set_autoload(one, false);
	answer->error = -bpf_object__load(object);
	bpf_object__close(object);
	cut_log(answer);
}

/* ---- programs in Go ---- */

static void ask_program(struct answer *answer, const char *loader, const char *file,
			const char *program)
{
	json_t *json;

	if (command("'%s/go/%s' '%s' %s", command_build_dir(), loader, file,
		    program ? program : "") != 0)
		suite_fail("%s: %s", loader, command_err);
	json = command_json();
	answer->error = (int)json_integer_value(json_object_get(json, "errno"));
	snprintf(answer->said, sizeof(answer->said), "%s",
		 json_string_value(json_object_get(json, "said")));
	snprintf(answer->log, sizeof(answer->log), "%s",
		 json_string_value(json_object_get(json, "log")));
	json_decref(json);
}

/* ---- the table ---- */

static const char *text_of(struct gng_vec_case *one, const char *name)
{
	const char *text;
	struct gng_why why;

	if (gng_vec_text(one, &text, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return text;
}

static const char *file_of(const char *name)
{
	static char path[PATH_MAX + 16];

	if (strcmp(name, "cut") != 0 && strcmp(name, "text") != 0)
		return samples_path(name);
	snprintf(path, sizeof(path), "%s/%s", command_folder(), name);
	return path;
}

static void check(struct gng_vec_case *one, const char *loader, const struct answer *answer)
{
	const char *remedy, *expect = text_of(one, loader);
	char row[128] = "accepted";

	if (answer->error)
		snprintf(row, sizeof(row), "%s %s",
			 answer->error < 0 ? "-" : gng_bpf_errno_name(answer->error),
			 gng_bpfobj_classify(answer->error, answer->log, answer->said, &remedy));
	if (strcmp(row, expect) != 0)
		suite_fail("%s: %s: %s, not %s: %.200s", gng_vec_here(one), loader, row, expect,
			   answer->said);
	gng_probe_assertion();
}

static void ask_all(struct gng_vec_case *one, void *arg)
{
	static struct answer answer;
	const char *program = text_of(one, "name"), *file = file_of(text_of(one, "file"));

	(void)arg;
	if (strcmp(text_of(one, "file"), "bad") != 0)
		program = NULL;
	answer = (struct answer){.error = 0};
	ask_libbpf(&answer, file, program);
	check(one, "libbpf", &answer);
	answer = (struct answer){.error = 0};
	ask_program(&answer, "cilium", file, program);
	check(one, "cilium", &answer);
	answer = (struct answer){.error = 0};
	ask_program(&answer, "binding", file, program);
	check(one, "binding", &answer);
}

/* has_programs skips the test in a build that Go does not link with, and for other versions. */
static bool has_programs(void)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/go/cilium", command_build_dir());
	if (access(path, X_OK) != 0) {
		gng_probe_skip("the loaders in Go were not built",
			       "gonogo check --builds release,asan, in the source tree");
		return false;
	}
	if (libbpf_major_version() == 1 && libbpf_minor_version() == 1 &&
	    command("dpkg-query -W -f '${Version}' golang-github-cilium-ebpf-dev") == 0 &&
	    strncmp(command_out, "0.9.1-", 6) == 0)
		return true;
	gng_probe_skip("the table is of libbpf 1.1 and cilium/ebpf 0.9.1", "Debian 12");
	return false;
}

static void each_loader_refuses_as_the_table_says(void **state)
{
	size_t len = 0;
	uint8_t *sound;

	(void)state;
	if (!has_programs() || !samples_may())
		return;
	sound = samples_read("life", &len);
	if (!sound)
		return;
	command_write("cut", sound, len / 2);
	command_write("text", "no object at all, but as long as the head of an ELF file is.....",
		      64);
	free(sound);
	suite_vectors("bpfobj/loaders.vec", ask_all, NULL);
}

static void the_table_of_the_documentation_is_that_of_the_vectors(void **state)
{
	const char *vectors = getenv("GNG_VECTORS");
	char script[PATH_MAX + 64];

	(void)state;
	snprintf(script, sizeof(script), "%s/../conformance/bpfobj/objects/table", vectors);
	if (access(script, R_OK) != 0)
		return gng_probe_skip("the documentation is not beside the tests here",
				      "run it in the source tree");
	assert_int_equal(command("sed -n '/^| case/,/^$/p' '%s/../docs/loaders.md' >theirs && "
				 "awk -f '%s' '%s/bpfobj/loaders.vec' >ours && cmp theirs ours",
				 vectors, script, vectors),
			 0);
	assert_int_equal(command("test $(grep -c '^|' ours) -ge 20"), 0);
}

const struct suite_test suite_tests[] = {
	TEST(each_loader_refuses_as_the_table_says, "B1.bpf.loaders"),
	TEST(the_table_of_the_documentation_is_that_of_the_vectors, "B1.bpf.loaders"),
	{0},
};
