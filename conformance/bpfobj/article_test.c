/* SPDX-License-Identifier: Apache-2.0 */
/*
 * article_test.c - statements of the article's section 3.1 on loading, each judged by what libbpf
 * and cilium/ebpf do with the same objects: vectors/claims/3.1.claims names the tests.
 */
/* needs: bpf */
/* requires: libbpf jansson */
#include "samples.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dlfcn.h>
#include <elf.h>
#include <jansson.h>
#include <sys/wait.h>

#include "../command.h"

static char said[65536];

static int listen_to(enum libbpf_print_level level, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static int listen_to(enum libbpf_print_level level, const char *format, va_list args)
{
	const size_t len = strlen(said);

	if (level == LIBBPF_WARN)
		vsnprintf(said + len, sizeof(said) - len, format, args);
	return 0;
}

/* only opens an object by libbpf and sets all programs but one aside; NULL where the test is
 * skipped. */
static struct bpf_object *only(const char *file, const char *program)
{
	const char *path = samples_may() ? samples_path(file) : NULL;
	struct bpf_object *object;
	struct bpf_program *one;

	if (!path)
		return NULL;
	said[0] = '\0';
	libbpf_set_print(listen_to);
	object = bpf_object__open(path);
	assert_non_null(object);
	bpf_object__for_each_program(one, object) if (program &&
						      strcmp(bpf_program__name(one), program) != 0)
		bpf_program__set_autoload(one, false);
	return object;
}

static int fd_of(const struct bpf_object *object, const char *program)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, program));
}

/* C.3.1.1, C.3.1.2 */
static void a_program_is_opened_loaded_and_then_attached(void **state)
{
	struct bpf_object *object = only("life", NULL);
	struct bpf_program *traced;
	struct bpf_link *link;

	(void)state;
	if (!object)
		return;
	traced = bpf_object__find_program_by_name(object, "traced");
	assert_true(fd_of(object, "traced") < 0);
	assert_null(bpf_program__attach(traced));
	assert_int_equal(bpf_object__load(object), 0);
	assert_true(fd_of(object, "traced") >= 0);
	link = bpf_program__attach(traced);
	assert_non_null(link);
	assert_int_equal(bpf_link__destroy(link), 0);
	bpf_object__close(object);
}

/* C.3.1.3 */
static void a_refused_object_stays_the_callers_to_close(void **state)
{
	const size_t before = samples_count_fds();
	struct bpf_object *object = only("bad", "null_unchecked");

	(void)state;
	if (!object)
		return;
	assert_true(bpf_object__load(object) < 0); /* a caller that does not look goes on */
	assert_true(fd_of(object, "null_unchecked") < 0);
	assert_string_equal(bpf_object__name(object), "bad");
	assert_true(bpf_object__load(object) < 0);
	bpf_object__close(object);
	assert_int_equal(samples_count_fds(), before);
}

/* C.3.1.5: the Go library would do by itself what C does not */
static void libbpf_reads_the_file_and_makes_the_maps_by_itself(void **state)
{
	struct bpf_object *object = only("life", NULL);
	const uint32_t key = 7;
	uint64_t value = 9;
	int fd;

	(void)state;
	if (!object)
		return;
	assert_int_equal(bpf_object__load(object), 0);
	fd = bpf_object__find_map_fd_by_name(object, "numbers");
	assert_true(fd >= 0);
	assert_int_equal(bpf_map_update_elem(fd, &key, &value, 0), 0);
	value = 0;
	assert_int_equal(bpf_map_lookup_elem(fd, &key, &value), 0);
	assert_int_equal(value, 9);
	bpf_object__close(object);
}

/* C.3.1.6, C.3.1.16 */
static void the_load_returns_the_errno_of_the_verifier(void **state)
{
	struct bpf_object *object = only("bad", "null_unchecked");

	(void)state;
	if (!object)
		return;
	assert_int_equal(bpf_object__load(object), -EACCES);
	assert_non_null(strstr(said, "R0 invalid mem access 'map_value_or_null'"));
	bpf_object__close(object);
}

static const char *const denied[] = {"unwritten_register", "beyond_packet", "beyond_stack",
				     "context_write", "null_unchecked"};

/* C.3.1.7, C.3.1.8: five programs, one errno, five reasons */
static void one_errno_stands_for_many_reasons(void **state)
{
	const char *classes[COUNT_OF(denied)], *remedy;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(denied); i++) {
		struct bpf_object *object = only("bad", denied[i]);

		if (!object)
			return;
		assert_int_equal(bpf_object__load(object), -EACCES);
		classes[i] = gng_bpfobj_classify(EACCES, said, "", &remedy);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(classes[k], classes[i]);
		bpf_object__close(object);
	}
}

static int load_unprivileged(const char *path)
{
	const pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct bpf_object *object = bpf_object__open(path);

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(99);
		_exit(object ? -bpf_object__load(object) : 98);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* C.3.1.9: who may everything has EACCES, who may nothing has EPERM */
static void a_lack_of_privilege_is_EPERM_and_no_EACCES(void **state)
{
	struct bpf_object *object = only("bad", "unwritten_register");

	(void)state;
	if (!object)
		return;
	assert_int_equal(bpf_object__load(object), -EACCES);
	bpf_object__close(object);
	assert_int_equal(load_unprivileged(samples_path("life")), EPERM);
}

/* ---- C.3.1.10: which reasons EINVAL has among the programs of vectors/bpf ---- */

static const char *const of_helpers[] = {
	"unknown-helper", "helper-not-allowed", "gpl-only",	 "misconfigured",
	"map-for-helper", "argument-type",	"map-reference", "zero-size",
};
static size_t num_einval, num_helper;

static void count_einval(struct gng_vec_case *one, void *arg)
{
	static const char *const others[] = {
		"name",	  "type",  "code",	  "twin",	 "maps",       "license",
		"attach", "flags", "expect_6_12", "expect_6_18", "class_6_12", "class_6_18"};
	const char *expect, *class;
	struct gng_why why;

	(void)arg;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (gng_vec_has(one, others[i]))
			gng_vec_skip(one, others[i]);
	if (gng_vec_text(one, &expect, "expect", &why) != GNG_OK ||
	    gng_vec_text(one, &class, "class", &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (strncmp(expect, "EINVAL", 6) != 0)
		return;
	num_einval++;
	for (size_t i = 0; i < COUNT_OF(of_helpers); i++)
		num_helper += strcmp(class, of_helpers[i]) == 0;
}

static void most_refusals_by_EINVAL_are_of_no_helper(void **state)
{
	static const char *const files[] = {"calls",  "complexity", "families", "functions",
					    "limits", "memory",	    "pointers", "registers",
					    "stack",  "structure"};
	char file[64], note[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		snprintf(file, sizeof(file), "bpf/%s.vec", files[i]);
		suite_vectors(file, count_einval, NULL);
	}
	snprintf(note, sizeof(note), "%zu of %zu", num_helper, num_einval);
	gng_probe_note("EINVAL by helpers", note);
	assert_true(num_einval > 50);
	assert_true(num_helper * 2 < num_einval);
}

/* C.3.1.11 */
static void an_object_has_types_relocations_and_sections(void **state)
{
	size_t len = 0, found = 0;
	uint8_t *bytes = samples_read("life", &len);
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)(const void *)bytes;
	const Elf64_Shdr *sections;

	(void)state;
	if (!bytes)
		return;
	sections = (const Elf64_Shdr *)(const void *)(bytes + head->e_shoff);
	for (unsigned int i = 0; i < head->e_shnum; i++) {
		const char *name = (const char *)bytes + sections[head->e_shstrndx].sh_offset +
				   sections[i].sh_name;

		found += strcmp(name, ".BTF") == 0 || strcmp(name, ".BTF.ext") == 0 ||
			 strcmp(name, ".relxdp") == 0 || strcmp(name, "xdp") == 0;
	}
	assert_int_equal(found, 4);
	free(bytes);
}

/* C.3.1.12: nothing but a number would come */
static void libbpf_tells_the_words_beside_the_errno(void **state)
{
	struct bpf_object *object = only("bad", "endless_loop");
	char words[128];

	(void)state;
	if (!object)
		return;
	assert_int_equal(bpf_object__load(object), -EINVAL);
	assert_non_null(strstr(said, "infinite loop detected"));
	assert_int_equal(libbpf_strerror(-EINVAL, words, sizeof(words)), 0);
	assert_true(strlen(words) > 5);
	bpf_object__close(object);
}

/* C.3.1.14 */
static void libbpf_has_no_function_that_sets_the_BTF_of_an_object(void **state)
{
	(void)state;
	assert_non_null(dlsym(RTLD_DEFAULT, "bpf_object__load"));
	assert_null(dlsym(RTLD_DEFAULT, "bpf_object__set_btf"));
}

/* ---- Go ---- */

/* cilium_errno is what the program with cilium/ebpf says of a file; INT_MIN, and the test is
 * skipped, if it was not built. */
static int cilium_errno(const char *file, const char *program)
{
	char path[PATH_MAX + 16];
	json_t *json;
	int error;

	snprintf(path, sizeof(path), "%s/go/cilium", command_build_dir());
	if (access(path, X_OK) != 0) {
		gng_probe_skip("the loader with cilium/ebpf was not built",
			       "apt-get install golang-go golang-github-cilium-ebpf-dev, then "
			       "build again");
		return INT_MIN;
	}
	assert_int_equal(command("'%s' '%s' %s", path, file, program), 0);
	json = command_json();
	error = (int)json_integer_value(json_object_get(json, "errno"));
	json_decref(json);
	return error;
}

/* C.3.1.15: maps are defined by types, so without them there are none */
static void go_finds_the_types_by_itself(void **state)
{
	size_t len = 0;
	uint8_t *bytes = samples_may() ? samples_read("life", &len) : NULL, *name;
	int error;

	(void)state;
	if (!bytes)
		return;
	error = cilium_errno(samples_path("life"), "");
	name = memmem(bytes, len, ".BTF\0", 5);
	assert_non_null(name);
	memcpy(name, ".FTB", 4);
	command_write("without", bytes, len);
	free(bytes);
	if (error == INT_MIN)
		return;
	assert_int_equal(error, 0);
	assert_int_not_equal(cilium_errno("without", ""), 0);
}

/* C.3.1.19 */
static void go_has_the_errno_that_c_has(void **state)
{
	static const char *const programs[] = {
		"unwritten_register", "endless_loop",	"beyond_packet", "no_such_helper",
		"context_write",      "null_unchecked", "lock_held",	 "record_kept"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(programs); i++) {
		struct bpf_object *object = only("bad", programs[i]);
		int error;

		if (!object)
			return;
		error = cilium_errno(samples_path("bad"), programs[i]);
		if (error != INT_MIN)
			assert_int_equal(-error, bpf_object__load(object));
		bpf_object__close(object);
		if (error == INT_MIN)
			return;
	}
}

/* C.3.1.18: they would come out of a successful verification */
static void a_map_has_its_descriptor_without_any_program(void **state)
{
	const struct gng_bpf_map map = {1, 4, 8, 4, 0, false};
	int fd;

	(void)state;
	if (!samples_may())
		return;
	fd = gng_bpf_map_create(&map);
	assert_true(fd >= 0);
	close(fd);
}

/* C.3.2.6: on the stack or in a map; here it lies in the packet */
static void a_key_may_lie_in_a_packet(void **state)
{
	static const char text[] =
		"r2 = *(u32 *)(r1 + 0); r3 = *(u32 *)(r1 + 4); r4 = r2; r4 += 8; "
		"if r4 > r3 goto out; r1 = map 0; call 1; out: r0 = 2; exit";
	const struct gng_bpf_map map = {1, 4, 8, 4, 0, false};
	struct gng_bpf_code code;
	struct gng_bpf_program program = {
		.type = (uint32_t)gng_bpf_type("xdp"), .code = &code, .maps = &map, .num_maps = 1};
	struct gng_bpf_verdict verdict;
	struct gng_why why;

	(void)state;
	if (!samples_may())
		return;
	assert_int_equal(gng_bpf_assemble(&code, "packet", text, &why), GNG_OK);
	assert_int_equal(gng_bpf_try(&verdict, &program, true, &why), GNG_OK);
	if (verdict.error)
		suite_fail("%s", verdict.log);
	gng_probe_assertion();
	gng_bpf_verdict_fini(&verdict);
	gng_bpf_code_fini(&code);
}

const struct suite_test suite_tests[] = {
	TEST(a_program_is_opened_loaded_and_then_attached, "B1.bpfobj.article"),
	TEST(a_refused_object_stays_the_callers_to_close, "B1.bpfobj.article"),
	TEST(libbpf_reads_the_file_and_makes_the_maps_by_itself, "B1.bpfobj.article"),
	TEST(the_load_returns_the_errno_of_the_verifier, "B1.bpfobj.article"),
	TEST(one_errno_stands_for_many_reasons, "B1.bpfobj.article"),
	TEST(a_lack_of_privilege_is_EPERM_and_no_EACCES, "B1.bpfobj.article"),
	TEST(most_refusals_by_EINVAL_are_of_no_helper, "B1.bpfobj.article"),
	TEST(an_object_has_types_relocations_and_sections, "B1.bpfobj.article"),
	TEST(libbpf_tells_the_words_beside_the_errno, "B1.bpfobj.article"),
	TEST(libbpf_has_no_function_that_sets_the_BTF_of_an_object, "B1.bpfobj.article"),
	TEST(go_finds_the_types_by_itself, "B1.bpfobj.article"),
	TEST(go_has_the_errno_that_c_has, "B1.bpfobj.article"),
	TEST(a_map_has_its_descriptor_without_any_program, "B1.bpfobj.article"),
	TEST(a_key_may_lie_in_a_packet, "B1.bpfobj.article"),
	{0},
};
