/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk_cmd.c - `gonogo dpdk preflight`, here and without DPDK; `start` and `run` are of the program
 * gonogo-eal, which links DPDK and is not there where that is not installed. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gng_dpdk.h"

#define EXIT_USAGE 2
#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99

static const char help[] =
	"usage: gonogo dpdk preflight [--json] [-- EAL ARGUMENTS]\n"
	"       gonogo dpdk start [--json] [-- EAL ARGUMENTS]\n"
	"       gonogo dpdk run [OPTIONS] [-- EAL ARGUMENTS]\n"
	"       gonogo dpdk clean [--dry-run]\n"
	"\n"
	"preflight says why rte_eal_init would fail or come up short, before anything calls it;\n"
	"start calls it in a process of its own and says why it did, or which ports came up;\n"
	"run polls the ports and shows what each stage costs (gonogo dpdk run --help);\n"
	"clean removes what killed processes of ours left: runtime folders and huge page files.\n"
	"\n"
	"  --json   JSON on stdout\n"
	"\n"
	"Exit status: 0 nothing stands in the way, 1 something does, 2 usage, 3 start and run:\n"
	"built without DPDK, 99 the harness failed.";

static int refuse(const char *what)
{
	fprintf(stderr, "gonogo: dpdk: %s; gonogo dpdk --help\n", what);
	return EXIT_USAGE;
}

/* ---- preflight ---- */

/* say_text: evidence may hold what the user typed. */
static void say_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if ((unsigned char)*text < ' ')
			printf("\\u%04x", (unsigned char)*text);
		else
			putchar(*text);
	}
}

static void say_json(const struct gng_dpdk_check *checks, size_t num)
{
	printf("[");
	for (size_t i = 0; i < num; i++) {
		printf("%s{\"check\":\"%s\",\"ok\":%s,\"reason\":\"%s\",\"evidence\":\"",
		       i ? "," : "", checks[i].name, checks[i].reason ? "false" : "true",
		       gng_dpdk_reason_name(checks[i].reason));
		say_text(checks[i].evidence);
		printf("\",\"remedy\":\"");
		say_text(checks[i].remedy);
		printf("\"}");
	}
	puts("]");
}

static void say(const struct gng_dpdk_check *checks, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		printf("  %s  %-18s  %s\n", checks[i].reason ? "FIX" : "ok ", checks[i].name,
		       checks[i].evidence);
		if (checks[i].reason)
			printf("       %s: %s\n       remedy: %s\n",
			       gng_dpdk_reason_name(checks[i].reason),
			       gng_dpdk_reason_text(checks[i].reason), checks[i].remedy);
	}
}

static size_t examine(struct gng_dpdk_check *checks, int argc, char **argv)
{
	struct gng_dpdk_machine machine;
	struct gng_dpdk_request request;
	struct gng_why why;

	if (gng_dpdk_request_read(&request, argc, (const char *const *)argv, &why) == GNG_OK) {
		gng_dpdk_machine_here(&machine);
		return gng_dpdk_preflight(checks, &request, &machine);
	}
	checks[0] = (struct gng_dpdk_check){.name = "arguments", .reason = GNG_DPDK_ARGUMENT};
	snprintf(checks[0].evidence, sizeof(checks[0].evidence), "%.*s",
		 (int)sizeof(checks[0].evidence) - 1, why.text);
	snprintf(checks[0].remedy, sizeof(checks[0].remedy), "%s",
		 gng_dpdk_reason_remedy(GNG_DPDK_ARGUMENT));
	return 1;
}

static int preflight(int argc, char **argv)
{
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	const bool json = argc && strcmp(argv[0], "--json") == 0;
	size_t num, num_wrong = 0;

	argc -= json;
	argv += json;
	if (argc && strcmp(argv[0], "--") != 0)
		return refuse("EAL arguments stand behind --");
	num = examine(checks, argc ? argc - 1 : 0, argv + 1);
	for (size_t i = 0; i < num; i++)
		num_wrong += checks[i].reason != GNG_DPDK_READY;
	if (json)
		say_json(checks, num);
	else
		say(checks, num);
	if (!json)
		printf("%zu of %zu findings want a remedy\n", num_wrong, num);
	return num_wrong != 0;
}

/* ---- clean ---- */

struct cleaning {
	bool dry_run;
	size_t num_failed;
};

static void clean_one(void *context, const char *path)
{
	struct cleaning *cleaning = context;
	struct gng_why why;

	if (cleaning->dry_run || gng_dpdk_remove(path, &why) == GNG_OK) {
		printf("%s %s\n", cleaning->dry_run ? "found" : "removed", path);
		return;
	}
	cleaning->num_failed++;
	fprintf(stderr, "gonogo: dpdk: %s\n", why.text);
}

static int clean(int argc, char **argv)
{
	struct cleaning cleaning = {.dry_run = argc && strcmp(argv[0], "--dry-run") == 0};
	struct gng_dpdk_machine machine;

	if (argc > cleaning.dry_run)
		return refuse("clean takes --dry-run only");
	gng_dpdk_machine_here(&machine);
	printf("%zu leftovers\n", gng_dpdk_leftovers(&machine, clean_one, &cleaning));
	return cleaning.num_failed != 0;
}

/* ---- what DPDK itself has to do ---- */

static int pass_on(char **argv)
{
	char path[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 16);

	if (len <= 0)
		return EXIT_HARNESS;
	path[len] = '\0';
	snprintf(strrchr(path, '/') + 1, 16, "gonogo-eal");
	execv(path, argv);
	fprintf(stderr, "gonogo: dpdk: %s: %s\n", argv[1],
		errno == ENOENT
			? "built without DPDK: apt-get install libdpdk-dev, then build again"
			: strerror(errno));
	return errno == ENOENT ? EXIT_INCOMPLETE : EXIT_HARNESS;
}

int main(int argc, char **argv)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return puts(help) == EOF ? EXIT_HARNESS : 0;
	if (argc > 1 && strcmp(argv[1], "preflight") == 0)
		return preflight(argc - 2, argv + 2);
	if (argc > 1 && strcmp(argv[1], "clean") == 0)
		return clean(argc - 2, argv + 2);
	if (argc > 1 && (strcmp(argv[1], "start") == 0 || strcmp(argv[1], "run") == 0))
		return pass_on(argv);
	return refuse("it wants one of the words preflight, start, run, clean");
}
