/* SPDX-License-Identifier: Apache-2.0 */
/* eal_cmd.c - the program gonogo-eal: what `gonogo dpdk` needs DPDK for, and the helper in which a
 * start is tried first. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eal_run.h"

#define EXIT_USAGE 2
#define EXIT_HARNESS 99

static const char help[] =
	"usage: gonogo dpdk start [--json] [--ports N] [-- EAL ARGUMENTS]\n"
	"\n"
	"Starts DPDK in a helper process and says which ports came up, or the reason and the "
	"remedy.\n"
	"\n"
	"  --ports N  ports that must come up (default: as many as -a and --vdev name)\n"
	"  --json     one JSON object on stdout\n"
	"\n"
	"Exit status: 0 it started with all ports, 1 it did not, 2 usage, 99 the harness failed.";

struct options {
	bool json;
	struct gng_eal_config config;
};

static int refuse(const char *what, const char *word)
{
	fprintf(stderr, "gonogo: dpdk: %s'%s'; gonogo dpdk start --help\n", what, word);
	return EXIT_USAGE;
}

static bool read_ports(size_t *ports, const char *text)
{
	char *end;
	const unsigned long value = text ? strtoul(text, &end, 10) : 0;

	if (!text || *text < '0' || *text > '9' || *end || value > 1024)
		return false;
	*ports = value;
	return true;
}

/* parse returns -1 to go on, else the exit status. */
static int parse(struct options *options, int argc, char **argv)
{
	int i;

	options->config.num_wanted = SIZE_MAX;
	for (i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return puts(help) == EOF ? EXIT_HARNESS : 0;
		if (strcmp(argv[i], "--json") == 0)
			options->json = true;
		else if (strcmp(argv[i], "--ports") != 0)
			return refuse("unknown word ", argv[i]);
		else if (!read_ports(&options->config.num_wanted, argv[++i]))
			return refuse("--ports wants a number, not ", i < argc ? argv[i] : "");
	}
	options->config.argc = i < argc ? argc - i - 1 : 0;
	options->config.argv = (const char *const *)argv + (i < argc ? i + 1 : argc);
	return -1;
}

static void say_text(const char *text)
{
	for (; *text; text++)
		printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
}

static void say_json(const struct gng_eal_report *report, const char *why)
{
	printf("{\"started\":%s,\"rc\":%d,\"rte_errno\":%d,\"ports_wanted\":%zu,\"ports\":%zu,"
	       "\"reason\":\"%s\",\"text\":\"",
	       report->reason ? "false" : "true", report->rc, report->eal_errno, report->num_wanted,
	       report->num_ports, gng_dpdk_reason_name(report->reason));
	say_text(report->reason ? why : gng_dpdk_reason_text(report->reason));
	printf("\",\"remedy\":\"%s\",\"line\":\"", gng_dpdk_reason_remedy(report->reason));
	say_text(report->line);
	puts("\"}");
}

static void say(const struct gng_eal_report *report, const char *why)
{
	if (report->reason == GNG_DPDK_READY)
		printf("started, %zu of %zu ports\n", report->num_ports, report->num_wanted);
	else
		printf("NOT STARTED: %s\n  rte_eal_init returned %d, rte_errno %d\n", why,
		       report->rc, report->eal_errno);
	if (*report->line && report->reason)
		printf("  log: %s\n", report->line);
}

static int start(const char *self, int argc, char **argv)
{
	struct options options = {.config.helper = self};
	struct gng_eal_report report;
	struct gng_why why = {0};
	struct gng_eal *eal = NULL;
	enum gng_status status;
	const int answer = parse(&options, argc, argv);

	if (answer != -1)
		return answer;
	status = gng_eal_start(&eal, &report, &options.config, &why);
	gng_eal_stop(eal);
	if (status == GNG_ESYS || status == GNG_ENOMEM) {
		fprintf(stderr, "gonogo: dpdk: %s\n", why.text);
		return EXIT_HARNESS;
	}
	if (options.json)
		say_json(&report, why.text);
	else
		say(&report, why.text);
	return status != GNG_OK;
}

int main(int argc, char **argv)
{
	char self[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len <= 0)
		return EXIT_HARNESS;
	self[len] = '\0';
	if (argc > 2 && strcmp(argv[1], "try") == 0)
		return gng_eal_try(argc - 3, (const char *const *)argv + 3);
	if (argc > 1 && strcmp(argv[1], "start") == 0)
		return start(self, argc, argv);
	if (argc > 1 && strcmp(argv[1], "run") == 0)
		return eal_run_main(self, argc, argv);
	return refuse("it wants start or run, not ", argc > 1 ? argv[1] : "");
}
