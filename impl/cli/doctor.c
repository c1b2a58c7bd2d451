/* SPDX-License-Identifier: Apache-2.0 */
/* doctor.c - `gonogo doctor`: every probe of this machine, and the remedy for what is amiss. */
#include "doctor.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* ---- examination ---- */

struct remains {
	size_t num;
	char first[120];
};

static void remember(void *context, const struct gng_journal_change *change)
{
	struct remains *remains = context;

	if (remains->num++ == 0)
		snprintf(remains->first, sizeof(remains->first), "%s %s",
			 gng_journal_kind_name(change->kind), change->what);
}

static void probe_leftovers(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	struct remains remains = {0};

	gng_cli_leftovers(machine->root, remember, &remains);
	if (remains.num == 0)
		doctor_ok(finding, "no process, folder, mount, pin or interface of ours");
	else
		doctor_fix(finding, "gonogo doctor --leftovers", "%s%s", remains.first,
			   remains.num > 1 ? " and more" : "");
}

static const struct doctor_probe left_behind[] = {
	{"left behind", "leftovers", probe_leftovers},
	{0},
};

static size_t examine_group(struct gng_cli_finding *findings, size_t cap,
			    const struct doctor_probe *probes,
			    const struct gng_cli_machine *machine)
{
	size_t num = 0;

	for (; probes->run && num < cap; probes++) {
		struct gng_cli_finding *finding = &findings[num];

		memset(finding, 0, sizeof(*finding));
		finding->group = probes->group;
		snprintf(finding->check, sizeof(finding->check), "%s", probes->check);
		probes->run(finding, machine);
		num += *finding->evidence != '\0';
	}
	return num;
}

size_t gng_cli_examine(struct gng_cli_finding findings[GNG_CLI_MAX_FINDINGS],
		       const struct gng_cli_machine *machine)
{
	const struct doctor_probe *const groups[] = {doctor_processor, doctor_kernel,
						     doctor_real_time, doctor_devices};
	size_t num = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		num += examine_group(findings + num, GNG_CLI_MAX_FINDINGS - num, groups[i],
				     machine);
	num += doctor_tools(findings + num, GNG_CLI_MAX_FINDINGS - num, machine);
	return num +
	       examine_group(findings + num, GNG_CLI_MAX_FINDINGS - num, left_behind, machine);
}

/* ---- output ---- */

static int print_json(const struct gng_cli_finding *findings, size_t num)
{
	json_t *list = json_array();

	for (size_t i = 0; i < num; i++)
		json_array_append_new(list,
				      json_pack("{s:s,s:s,s:b,s:s,s:s}", "check", findings[i].check,
						"group", findings[i].group, "ok", findings[i].ok,
						"evidence", findings[i].evidence, "remedy",
						findings[i].remedy));
	return cli_print_json(list);
}

/* os_release returns the quoted value of PRETTY_NAME=, os-release(5). */
static void os_release(char name[64], const char *root)
{
	char text[DOCTOR_TEXT];
	const char *line;

	snprintf(name, 64, "unknown system");
	gng_sysfile_bytes(text, sizeof(text), root, "/etc/os-release");
	line = strstr(text, "PRETTY_NAME=\"");
	if (line)
		snprintf(name, 64, "%.*s", (int)strcspn(line + 13, "\"\n"), line + 13);
}

static void print_heading(const struct gng_cli_machine *machine)
{
	char host[DOCTOR_TEXT], release[DOCTOR_TEXT], system[64];

	os_release(system, machine->root);
	if (!gng_sysfile_bytes(host, sizeof(host), machine->root, "/proc/sys/kernel/hostname"))
		snprintf(host, sizeof(host), "machine");
	if (!gng_sysfile_bytes(release, sizeof(release), machine->root,
			       "/proc/sys/kernel/osrelease"))
		snprintf(release, sizeof(release), "of unknown release");
	printf("%s, %s, Linux %s, %s\n\n", host, system, release,
	       machine->cpu & GNG_CPU_HYPERVISOR ? "virtual machine" : "bare metal");
}

static void print_finding(const struct gng_term *term, const struct gng_cli_finding *finding)
{
	char text[300];

	fputs("  ", term->out);
	gng_term_say(term, finding->ok ? GNG_TERM_GOOD : GNG_TERM_DOUBT, "%s",
		     finding->ok ? "ok " : "FIX");
	fprintf(term->out, "  %-21s  %s\n", finding->check, finding->evidence);
	if (finding->ok)
		return;
	snprintf(text, sizeof(text), "remedy: %s", finding->remedy);
	gng_term_wrap(term->out, 7, text);
}

static int print_text(const struct gng_cli_machine *machine, const struct gng_cli_finding *findings,
		      size_t num)
{
	const char *group = "";
	size_t num_fix = 0;
	struct gng_term term;

	gng_term_init(&term, stdout);
	print_heading(machine);
	for (size_t i = 0; i < num; i++) {
		if (strcmp(group, findings[i].group) != 0)
			printf(" %s\n", group = findings[i].group);
		print_finding(&term, &findings[i]);
		num_fix += !findings[i].ok;
	}
	printf("\n%zu of %zu findings want a remedy\n", num_fix, num);
	return fflush(stdout) == 0 ? GNG_CLI_GO : GNG_CLI_HARNESS;
}

/* ---- leftovers ---- */

struct removal {
	bool dry_run;
	size_t num_failed;
};

static void remove_one(void *context, const struct gng_journal_change *change)
{
	struct removal *removal = context;
	const char *kind = gng_journal_kind_name(change->kind);
	const bool value = change->kind == GNG_JOURNAL_VALUE;
	const int error = removal->dry_run ? 0 : gng_journal_undo(change);

	removal->num_failed += error != 0;
	if (error)
		gng_term_error("%s %s cannot be removed: %s", kind, change->what, strerror(error));
	else
		printf("%s %s %s%s%s\n",
		       removal->dry_run ? "found"
		       : value		? "restored"
					: "removed",
		       kind, change->what, value ? " = " : "", value ? change->before : "");
}

/* remove_leftovers ends with a recovery that finds nothing to undo and so drops the journals. */
static int remove_leftovers(bool dry_run)
{
	struct removal removal = {.dry_run = dry_run};
	const size_t num = gng_cli_leftovers("", remove_one, &removal);

	if (dry_run) {
		printf("%zu leftovers found\n", num);
		return GNG_CLI_GO;
	}
	gng_journal_recover(NULL, NULL);
	printf("%zu leftovers found, %zu removed\n", num, num - removal.num_failed);
	return removal.num_failed ? GNG_CLI_NO_GO : GNG_CLI_GO;
}

/* ---- the verb ---- */

struct doctor_options {
	bool json, leftovers, dry_run, remove;
	const char *root; /* for tests: a folder that describes another machine */
};

static int parse(struct doctor_options *options, int argc, char **argv)
{
	static const struct option long_options[] = {
		{"json", no_argument, NULL, 'j'},	{"leftovers", no_argument, NULL, 'l'},
		{"dry-run", no_argument, NULL, 'd'},	{"remove", no_argument, NULL, 'm'},
		{"root", required_argument, NULL, 'r'}, {0}};
	int option;

	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (option == 'j')
			options->json = true;
		else if (option == 'l')
			options->leftovers = true;
		else if (option == 'd')
			options->dry_run = true;
		else if (option == 'm')
			options->remove = true;
		else if (option == 'r')
			options->root = optarg;
		else
			return cli_bad_option("doctor", argv, option);
	}
	if (options->dry_run && options->remove) {
		gng_term_error("--dry-run and --remove exclude each other: choose one");
		return GNG_CLI_USAGE;
	}
	if ((options->dry_run || options->remove) && !options->leftovers) {
		gng_term_error("--dry-run and --remove are of --leftovers: add that");
		return GNG_CLI_USAGE;
	}
	if (optind == argc)
		return 0;
	gng_term_error("it takes no argument '%s'; gonogo help doctor", argv[optind]);
	return GNG_CLI_USAGE;
}

/* packages_path: without a source tree doctor still examines everything but packages. */
static char *packages_path(void)
{
	struct gng_home *home;
	char *path = NULL;

	if (gng_home_open(&home, NULL, NULL) != GNG_OK)
		return NULL;
	if (asprintf(&path, "%s/ci/packages.debian", home->source) < 0)
		path = NULL;
	gng_home_close(home);
	return path;
}

int gng_cli_doctor(int argc, char **argv)
{
	struct gng_cli_finding findings[GNG_CLI_MAX_FINDINGS];
	struct doctor_options options = {0};
	struct gng_cli_machine machine;
	char *packages;
	size_t num;
	int answer = parse(&options, argc, argv);

	if (answer)
		return answer;
	if (options.leftovers)
		return remove_leftovers(options.dry_run);
	packages = packages_path();
	if (options.root)
		gng_cli_machine_at(&machine, options.root, packages);
	else
		gng_cli_machine_here(&machine, packages);
	num = gng_cli_examine(findings, &machine);
	free(packages);
	return options.json ? print_json(findings, num) : print_text(&machine, findings, num);
}
