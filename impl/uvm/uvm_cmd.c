/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uvm_cmd.c - `gonogo uvm`: probe the driver, go through handles and a mapping, print layouts, run
 * a command on the model.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gng_options.h>

#include "uvm_handles.h"

#define EXIT_NO_GO 1
#define EXIT_INCOMPLETE 3

static const char help[] =
	"usage: gonogo uvm probe [--control FILE] [--device FILE] [--driver VERSION] [--json]\n"
	"       gonogo uvm handles [--gpu N] [--control FILE] [--device FILE] [--driver VERSION] "
	"[--json]\n"
	"       gonogo uvm layouts [--driver VERSION]\n"
	"       gonogo uvm model [--driver VERSION] [--gpus N] -- COMMAND [ARG...]\n"
	"\n"
	"probe    asks the devices for the size of each structure and the place of its verdict,\n"
	"         without a call taking effect, compares them with those of the driver's version,\n"
	"         and then makes calls that need no GPU\n"
	"handles  allocates a client, a GPU's objects, an address space and 2 MiB of memory of "
	"the\n"
	"         resource manager, has UVM map and unmap it, frees all, and prints each step\n"
	"layouts  prints numbers and structures as they are in a version\n"
	"model    runs a command to which the devices are a model: no GPU and no driver\n"
	"\n"
	"  --driver VERSION  as 550.54.14; probe, handles: instead of what the kernel says, "
	"model:\n"
	"                    595.45.04 if nothing else is said\n"
	"  --device FILE     instead of /dev/nvidia-uvm\n"
	"  --control FILE    instead of /dev/nvidiactl\n"
	"  --gpu N           of the driver's GPUs, from 0 on\n"
	"  --gpus N          the model keeps handles and mappings of so many GPUs: 0 (default) to "
	"2\n"
	"  --json            one JSON object on stdout\n"
	"\n"
	"Exit status: 0 as its version says, 1 not so or a version that is not known, 2 usage, 3 "
	"no\n"
	"driver or GPU here, 99 the harness failed; of model, that of the command.";

struct order {
	const char *device, *control, *driver;
	uint64_t gpu, gpus;
	bool json;
};

static int say_why(const struct gng_why *why)
{
	fprintf(stderr, "gonogo: uvm: %s\n", why->text);
	if (why->status == GNG_EFORMAT || why->status == GNG_EINVAL)
		return GNG_OPTIONS_USAGE;
	return why->status == GNG_EUNSUPPORTED || why->status == GNG_EPERM ? EXIT_INCOMPLETE
									   : GNG_OPTIONS_HARNESS;
}

/* ---- probe ---- */

struct finding {
	const struct gng_uvm_layout *layout;
	struct gng_uvm_probe probe;
	bool ok;
};

struct report {
	struct gng_uvm_version version;
	bool known, model;
	size_t num_findings, num_calls;
	struct finding findings[GNG_UVM_NUM_LAYOUTS];
	char control[160]; /* "probed", or why not */
	struct {
		const char *call;
		uint32_t rm_status, wanted;
	} calls[8];
	char reason[256]; /* "" or why it is NO-GO */
};

static void blame(struct report *report, const char *reason)
{
	if (!*report->reason)
		snprintf(report->reason, sizeof(report->reason), "%s", reason);
}

/* describe writes what was found, or should be: "1200 bytes, its verdict at 1196". */
static void describe(char text[64], size_t size, size_t status_at)
{
	int len = snprintf(text, 64, "%zu bytes", size);

	if (status_at != GNG_UVM_NO_STATUS)
		snprintf(text + len, 64 - (size_t)len, ", its verdict at %zu", status_at);
}

static void blame_layout(struct report *report, const struct finding *finding)
{
	char found[64], wanted[64], text[256];

	describe(found, finding->probe.size, finding->probe.status_at);
	describe(wanted, finding->layout->size, finding->layout->status_at);
	snprintf(text, sizeof(text), "%s has %s, and should have %s",
		 gng_uvm_command_name(finding->layout->command), found, wanted);
	blame(report, text);
}

/* probe_layouts probes those from first on up to end on a descriptor. */
static void probe_layouts(struct report *report, int fd, int first, int end)
{
	for (int i = first; i < end; i++) {
		struct finding *finding = &report->findings[report->num_findings];

		finding->layout = gng_uvm_layout_of(&report->version, (enum gng_uvm_command)i);
		if (!finding->layout ||
		    gng_uvm_probe_command(&finding->probe, fd, finding->layout, NULL) != GNG_OK)
			continue;
		report->num_findings++;
		finding->ok = finding->probe.size == finding->layout->size &&
			      finding->probe.status_at == finding->layout->status_at;
		if (!finding->ok)
			blame_layout(report, finding);
	}
}

/* probe_control probes the resource manager's, by calls that name no client. */
static void probe_control(struct report *report, const struct order *order)
{
	const char *path = order->control ? order->control : "/dev/nvidiactl";
	const int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		snprintf(report->control, sizeof(report->control), "%.100s: %s", path,
			 strerror(errno));
		return;
	}
	snprintf(report->control, sizeof(report->control), "probed");
	probe_layouts(report, fd, GNG_UVM_RM_CHECK_VERSION, GNG_UVM_NUM_LAYOUTS);
	close(fd);
}

static void note_call(struct report *report, const char *call, uint32_t rm_status, uint32_t wanted)
{
	char text[160];

	report->calls[report->num_calls].call = call;
	report->calls[report->num_calls].rm_status = rm_status;
	report->calls[report->num_calls++].wanted = wanted;
	if (rm_status == wanted)
		return;
	snprintf(text, sizeof(text), "%s: %s (0x%x), and should be %s", call,
		 gng_uvm_status_name(rm_status), rm_status, gng_uvm_status_name(wanted));
	blame(report, text);
}

/* make_calls makes those that need no GPU, also one that must be refused. */
static void make_calls(struct report *report, struct gng_uvm *uvm)
{
	const uint64_t len = 1 << 21;
	void *at = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const uint64_t base = (uint64_t)(uintptr_t)at;
	uint32_t verdict;
	bool can;

	if (at == MAP_FAILED) {
		blame(report, "no address space for a range");
		return;
	}
	note_call(report, "UVM_INITIALIZE", GNG_UVM_OK, GNG_UVM_OK);
	(void)!gng_uvm_pageable_mem_access(uvm, &can, &verdict, NULL);
	note_call(report, "UVM_PAGEABLE_MEM_ACCESS", verdict, GNG_UVM_OK);
	(void)!gng_uvm_create_external_range(uvm, base, len, &verdict, NULL);
	note_call(report, "UVM_CREATE_EXTERNAL_RANGE", verdict, GNG_UVM_OK);
	(void)!gng_uvm_validate_va_range(uvm, base, len, &verdict, NULL);
	note_call(report, "UVM_VALIDATE_VA_RANGE", verdict, GNG_UVM_OK);
	(void)!gng_uvm_free(uvm, base, len, &verdict, NULL);
	note_call(report, "UVM_FREE", verdict, GNG_UVM_OK);
	(void)!gng_uvm_validate_va_range(uvm, base, len, &verdict, NULL);
	note_call(report, "UVM_VALIDATE_VA_RANGE", verdict, GNG_UVM_INVALID_ADDRESS);
	munmap(at, len);
}

static void say_finding(const struct finding *finding)
{
	char text[64];

	describe(text, finding->probe.size, finding->probe.status_at);
	printf("  %-28s %-32s %s", gng_uvm_command_name(finding->layout->command), text,
	       finding->ok ? "ok" : "WRONG: ");
	if (!finding->ok) {
		describe(text, finding->layout->size, finding->layout->status_at);
		fputs(text, stdout);
	}
	if (finding->probe.error)
		printf(" (%s)", strerror(finding->probe.error));
	putchar('\n');
}

static void say(const struct report *report)
{
	printf("driver %s, %s; %s\n", report->version.text, report->known ? "known" : "NOT KNOWN",
	       report->model ? "a MODEL answers: this says nothing about a driver or GPU"
			     : "the device of the driver");
	for (size_t i = 0; i < report->num_findings; i++)
		say_finding(&report->findings[i]);
	if (strcmp(report->control, "probed") != 0)
		printf("  not probed: %s\n", report->control);
	for (size_t i = 0; i < report->num_calls; i++)
		printf("  %-28s %s\n", report->calls[i].call,
		       gng_uvm_status_name(report->calls[i].rm_status));
	printf("%s%s%s%s\n", *report->reason ? "NO-GO" : "GO", report->model ? " (model)" : "",
	       *report->reason ? ": " : "", report->reason);
}

static void say_json(const struct report *report)
{
	printf("{\"verdict\":\"%s\",\"driver\":\"%s\",\"known\":%s,\"device\":\"%s\",\"commands\":"
	       "[",
	       *report->reason ? "NO-GO" : "GO", report->version.text,
	       report->known ? "true" : "false", report->model ? "model" : "driver");
	for (size_t i = 0; i < report->num_findings; i++) {
		const struct finding *finding = &report->findings[i];

		printf("%s{\"command\":\"%s\",\"number\":%u,\"size\":%zu,\"status_at\":%zu,"
		       "\"expected_size\":%u,\"expected_status_at\":%u,\"ok\":%s}",
		       i ? "," : "", gng_uvm_command_name(finding->layout->command),
		       finding->layout->number, finding->probe.size, finding->probe.status_at,
		       finding->layout->size, finding->layout->status_at,
		       finding->ok ? "true" : "false");
	}
	printf("],\"control\":");
	uvm_say_text(report->control);
	printf(",\"calls\":[");
	for (size_t i = 0; i < report->num_calls; i++)
		printf("%s{\"call\":\"%s\",\"rm_status\":%u,\"name\":\"%s\"}", i ? "," : "",
		       report->calls[i].call, report->calls[i].rm_status,
		       gng_uvm_status_name(report->calls[i].rm_status));
	printf("],\"reason\":");
	uvm_say_text(report->reason);
	puts("}");
}

/* probe_device runs the layouts on one descriptor and the calls on another. */
static enum gng_status probe_device(struct report *report, const struct order *order,
				    struct gng_why *why)
{
	const struct gng_uvm_request request = {.device = order->device,
						.version = report->version.text};
	const int fd = uvm_open_device(order->device, why);
	struct gng_uvm *uvm;
	struct gng_why own;

	if (fd < 0)
		return errno == EACCES ? GNG_EPERM : GNG_EUNSUPPORTED;
	report->model = gng_uvm_fd_is_model(fd);
	probe_layouts(report, fd, 0, GNG_UVM_NUM_COMMANDS);
	close(fd);
	probe_control(report, order);
	if (gng_uvm_open(&uvm, &request, &own) == GNG_OK) {
		make_calls(report, uvm);
		gng_uvm_close(uvm);
	} else {
		blame(report, own.text);
	}
	return GNG_OK;
}

static int probe(const struct order *order)
{
	static struct report report;
	struct gng_why why;
	enum gng_status status;

	status = order->driver ? gng_uvm_version_parse(&report.version, order->driver, &why)
			       : uvm_read_version(&report.version, &why);
	if (status == GNG_OK) {
		report.known = gng_uvm_version_known(&report.version);
		status = probe_device(&report, order, &why);
	}
	if (status != GNG_OK)
		return say_why(&why);
	if (order->json)
		say_json(&report);
	else
		say(&report);
	return *report.reason ? EXIT_NO_GO : 0;
}

/* ---- layouts, model ---- */

static void print_layout(const struct gng_uvm_layout *layout)
{
	char text[64];

	describe(text, layout->size, layout->status_at);
	printf("%s\n  since %s, number 0x%x, %s\n ", gng_uvm_command_name(layout->command),
	       layout->since, layout->number, text);
	for (size_t i = 0; i < GNG_UVM_MAX_FIELDS && layout->fields[i].name; i++)
		printf(" %s@%u:%u", layout->fields[i].name, layout->fields[i].at,
		       layout->fields[i].len);
	putchar('\n');
}

static int layouts(const struct order *order)
{
	struct gng_uvm_version version;
	struct gng_why why;

	for (size_t i = 0; !order->driver && gng_uvm_layout_at(i); i++)
		print_layout(gng_uvm_layout_at(i));
	if (!order->driver)
		return 0;
	if (gng_uvm_version_parse(&version, order->driver, &why) != GNG_OK)
		return say_why(&why);
	if (uvm_check_version(&version, &why) != GNG_OK) {
		say_why(&why);
		return EXIT_NO_GO;
	}
	for (int i = 0; i < GNG_UVM_NUM_LAYOUTS; i++)
		if (gng_uvm_layout_of(&version, (enum gng_uvm_command)i))
			print_layout(gng_uvm_layout_of(&version, (enum gng_uvm_command)i));
	return 0;
}

/* ---- handles ---- */

static int handles(const struct order *order)
{
	const struct uvm_handles_request request = {.control = order->control,
						    .uvm = order->device,
						    .version = order->driver,
						    .gpu = (uint32_t)order->gpu};
	static struct uvm_handles found;
	struct gng_why why;
	const enum gng_status status = uvm_handles_run(&found, &request, &why);
	const char *verdict = status != GNG_OK ? "NOT RUN" : *found.reason ? "NO-GO" : "GO";

	if (status != GNG_OK && !found.num_steps)
		return say_why(&why);
	if (status != GNG_OK)
		snprintf(found.reason, sizeof(found.reason), "%s", why.text);
	if (order->json)
		uvm_handles_say_json(&found, verdict);
	else
		uvm_handles_say(&found, verdict);
	return status != GNG_OK ? EXIT_INCOMPLETE : *found.reason ? EXIT_NO_GO : 0;
}

/* ---- the command line ---- */

enum { DEVICE = GNG_OPTIONS_OWN, CONTROL, DRIVER, GPU, GPUS, JSON };

static const struct option long_options[] = {
	{"device", required_argument, NULL, DEVICE},
	{"control", required_argument, NULL, CONTROL},
	{"driver", required_argument, NULL, DRIVER},
	{"gpu", required_argument, NULL, GPU},
	{"gpus", required_argument, NULL, GPUS},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool set_option(void *arg, int option)
{
	struct order *order = arg;

	switch (option) {
	case DEVICE:
		return (order->device = optarg) != NULL;
	case CONTROL:
		return (order->control = optarg) != NULL;
	case DRIVER:
		return (order->driver = optarg) != NULL;
	case GPU:
		return gng_options_number(&order->gpu, optarg, 0, GNG_UVM_MAX_CARDS - 1);
	case GPUS:
		return gng_options_number(&order->gpus, optarg, 0, GNG_UVM_MODEL_GPUS);
	default:
		return order->json = true;
	}
}

static const struct gng_options options = {
	.verb = "uvm", .help = help, .known = long_options, .set = set_option, .stops = true};

static int model(const struct order *order, char **argv)
{
	struct gng_uvm_machine machine = {.version = order->driver ? order->driver : "595.45.04",
					  .num_gpus = (uint32_t)order->gpus};
	struct gng_why why;
	int status;

	if (!*argv)
		return gng_options_refuse(&options, "model wants a command behind", "--");
	fprintf(stderr, "gonogo: uvm: MODEL of driver %s: no GPU, no driver\n", machine.version);
	if (gng_uvm_model_run(&status, &machine, argv, &why) != GNG_OK)
		return say_why(&why);
	return status;
}

static const struct {
	const char *name;
	int (*run)(const struct order *order);
} verbs[] = {{"probe", probe}, {"handles", handles}, {"layouts", layouts}};

int main(int argc, char **argv)
{
	const char *verb = argc > 1 && strncmp(argv[1], "--", 2) != 0 ? argv[1] : "";
	struct order order = {.json = false};
	int status = gng_options_read(&options, &order, argc - (*verb != 0), argv + (*verb != 0));

	if (status != -1)
		return status;
	argv += optind + (*verb != 0);
	if (strcmp(verb, "model") == 0)
		return model(&order, argv);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verb, verbs[i].name) != 0)
			continue;
		if (*argv)
			return gng_options_refuse(&options, "one word too many:", *argv);
		return verbs[i].run(&order);
	}
	return gng_options_refuse(&options, "it wants probe, handles, layouts or model, not", verb);
}
