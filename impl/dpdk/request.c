/* SPDX-License-Identifier: Apache-2.0 */
/* request.c - the EAL's command line, as DPDK 22.11 reads it, as far as it decides about a start.
 */
#include <stdlib.h>
#include <string.h>

#include "gng_dpdk.h"

#define MAX_MB ((size_t)1 << 32)

struct reader {
	struct gng_dpdk_request *request;
	const char *option, *value; /* value: NULL if none is given */
	bool has_m, has_socket_mem, legacy, has_block;
	struct gng_why *why;
};

static enum gng_status refuse(struct reader *reader, const char *problem)
{
	return gng_why_set(reader->why, GNG_EINVAL, 0, "dpdk.request", "EAL argument '%s%s%s'%s",
			   reader->option, reader->value ? " " : "",
			   reader->value ? reader->value : "", problem);
}

static enum gng_status append(struct reader *reader, const char **list, size_t *num)
{
	if (*num == GNG_DPDK_MAX_DEVICES)
		return gng_why_set(reader->why, GNG_ELIMIT, 0, "dpdk.request",
				   "at most %d of '%s' can be judged: name fewer",
				   GNG_DPDK_MAX_DEVICES, reader->option);
	list[(*num)++] = reader->value;
	return GNG_OK;
}

static enum gng_status take_device(struct reader *reader)
{
	reader->request->num_ports++;
	return append(reader, reader->request->devices, &reader->request->num_devices);
}

static enum gng_status take_vdev(struct reader *reader)
{
	reader->request->num_ports +=
		strncmp(reader->value, "net_", 4) == 0 || strncmp(reader->value, "eth_", 4) == 0;
	return append(reader, reader->request->vdevs, &reader->request->num_vdevs);
}

static enum gng_status take_plugin(struct reader *reader)
{
	return append(reader, reader->request->plugins, &reader->request->num_plugins);
}

/* read_mb reads digits and leaves *text behind them. */
static bool read_mb(size_t *mb, const char **text)
{
	char *end;
	const unsigned long long value = strtoull(*text, &end, 10);

	if (**text < '0' || **text > '9' || value > MAX_MB)
		return false;
	*mb = (size_t)value;
	*text = end;
	return true;
}

static enum gng_status take_memory(struct reader *reader)
{
	const char *text = reader->value;

	reader->has_m = true;
	if (!read_mb(&reader->request->memory_mb, &text) || *text ||
	    reader->request->memory_mb == 0)
		return refuse(reader, " wants megabytes");
	return GNG_OK;
}

static enum gng_status take_socket_mem(struct reader *reader)
{
	struct gng_dpdk_request *request = reader->request;
	const char *text = reader->value;

	reader->has_socket_mem = true;
	request->memory_mb = 0;
	for (size_t node = 0; node < GNG_DPDK_MAX_NODES; node++) {
		if (!read_mb(&request->node_mb[node], &text))
			return refuse(reader, " wants megabytes of each node, with commas between");
		request->memory_mb += request->node_mb[node];
		if (*text != ',')
			break;
		text++;
	}
	return *text ? refuse(reader, " names more nodes than can be judged") : GNG_OK;
}

static void add_lcores(struct gng_dpdk_request *request, unsigned long from, unsigned long to)
{
	for (; from <= to; from++)
		request->lcores[from / 64] |= (uint64_t)1 << from % 64;
}

static enum gng_status take_list(struct reader *reader)
{
	const char *text = reader->value;

	reader->request->has_lcores = true;
	do {
		char *end;
		unsigned long from, to;

		text += *text == ',';
		from = to = strtoul(text, &end, 10);
		if (end != text && *end == '-') {
			text = end + 1;
			to = strtoul(text, &end, 10);
		}
		if (end == text || from > to || to >= GNG_DPDK_MAX_LCORES)
			return refuse(reader, " wants a list of CPUs such as 0,2-3");
		add_lcores(reader->request, from, to);
		text = end;
	} while (*text == ',');
	return *text ? refuse(reader, " wants a list of CPUs such as 0,2-3") : GNG_OK;
}

static enum gng_status take_mask(struct reader *reader)
{
	char *end;
	const unsigned long long mask = strtoull(reader->value, &end, 16);

	reader->request->has_lcores = true;
	if (end == reader->value || *end || mask == 0)
		return refuse(reader, " wants a mask in hex");
	reader->request->lcores[0] |= mask;
	return GNG_OK;
}

static enum gng_status take_word(struct reader *reader)
{
	struct gng_dpdk_request *request = reader->request;
	const char *value = reader->value;

	switch (reader->option[2]) {
	case 'f':
		request->file_prefix = value;
		return *value && !strchr(value, '%') ? GNG_OK : refuse(reader, " is no prefix");
	case 'h':
		request->huge_dir = value;
		return GNG_OK;
	case 'p':
		request->is_secondary = strcmp(value, "secondary") == 0;
		return request->is_secondary || strcmp(value, "primary") == 0 ||
				       strcmp(value, "auto") == 0
			       ? GNG_OK
			       : refuse(reader, " is none of primary, secondary, auto");
	default:
		request->iova_pa = strcmp(value, "pa") == 0;
		request->iova_va = strcmp(value, "va") == 0;
		return request->iova_pa || request->iova_va
			       ? GNG_OK
			       : refuse(reader, " is neither pa nor va");
	}
}

static enum gng_status take_flag(struct reader *reader)
{
	struct gng_dpdk_request *request = reader->request;

	request->no_huge |= strcmp(reader->option, "--no-huge") == 0;
	request->in_memory |= strcmp(reader->option, "--in-memory") == 0;
	request->no_shconf |= strcmp(reader->option, "--no-shconf") == 0;
	request->no_pci |= strcmp(reader->option, "--no-pci") == 0;
	reader->legacy |= strcmp(reader->option, "--legacy-mem") == 0;
	return GNG_OK;
}

static enum gng_status take_block(struct reader *reader)
{
	reader->has_block = true;
	return GNG_OK;
}

static enum gng_status ignore(struct reader *reader)
{
	(void)reader;
	return GNG_OK;
}

enum wants { NO_VALUE, VALUE, MAYBE };

/* The options of DPDK 22.11; what bears on nothing here is ignored. */
static const struct option {
	const char *name;
	enum wants wants;
	enum gng_status (*take)(struct reader *reader);
} options[] = {
	{"-a", VALUE, take_device},
	{"--allow", VALUE, take_device},
	{"-b", VALUE, take_block},
	{"--block", VALUE, take_block},
	{"--vdev", VALUE, take_vdev},
	{"-d", VALUE, take_plugin},
	{"-m", VALUE, take_memory},
	{"--socket-mem", VALUE, take_socket_mem},
	{"-l", VALUE, take_list},
	{"-c", VALUE, take_mask},
	{"--file-prefix", VALUE, take_word},
	{"--huge-dir", VALUE, take_word},
	{"--proc-type", VALUE, take_word},
	{"--iova-mode", VALUE, take_word},
	{"--no-huge", NO_VALUE, take_flag},
	{"--in-memory", NO_VALUE, take_flag},
	{"--no-pci", NO_VALUE, take_flag},
	{"--legacy-mem", NO_VALUE, take_flag},
	{"--no-shconf", NO_VALUE, take_flag},
	{"--no-hpet", NO_VALUE, ignore},
	{"--no-telemetry", NO_VALUE, ignore},
	{"--telemetry", NO_VALUE, ignore},
	{"--create-uio-dev", NO_VALUE, ignore},
	{"--vmware-tsc-map", NO_VALUE, ignore},
	{"--single-file-segments", NO_VALUE, ignore},
	{"--match-allocations", NO_VALUE, ignore},
	{"-h", NO_VALUE, ignore},
	{"--help", NO_VALUE, ignore},
	{"-v", NO_VALUE, ignore},
	{"--huge-unlink", MAYBE, ignore},
	{"--huge-worker-stack", MAYBE, ignore},
	{"--base-virtaddr", VALUE, ignore},
	{"--lcores", VALUE, ignore},
	{"--log-level", VALUE, ignore},
	{"--main-lcore", VALUE, ignore},
	{"--mbuf-pool-ops-name", VALUE, ignore},
	{"--socket-limit", VALUE, ignore},
	{"--syslog", VALUE, ignore},
	{"--trace", VALUE, ignore},
	{"--trace-dir", VALUE, ignore},
	{"--trace-bufsz", VALUE, ignore},
	{"--trace-mode", VALUE, ignore},
	{"--vfio-intr", VALUE, ignore},
	{"--vfio-vf-token", VALUE, ignore},
	{"--force-max-simd-bitwidth", VALUE, ignore},
	{"-n", VALUE, ignore},
	{"-r", VALUE, ignore},
	{"-s", VALUE, ignore},
	{"-S", VALUE, ignore},
};

/* find_option returns the option that word is or begins with, and sets the value within the word:
 * "--name=value", "-lvalue". */
static const struct option *find_option(struct reader *reader, const char *word)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const struct option *option = &options[i];
		const size_t len = strlen(option->name);
		const bool is_short = option->name[1] != '-';

		if (strncmp(word, option->name, len) != 0)
			continue;
		reader->option = option->name;
		reader->value = NULL;
		if (word[len] == '\0')
			return option;
		if (option->wants == NO_VALUE || (!is_short && word[len] != '='))
			continue;
		reader->value = word + len + !is_short;
		return option;
	}
	return NULL;
}

static enum gng_status read_option(struct reader *reader, int *at, int argc,
				   const char *const *argv)
{
	const struct option *option = find_option(reader, argv[*at]);

	if (!option) {
		reader->option = argv[*at];
		reader->value = NULL;
		return refuse(reader, " is none of DPDK 22.11");
	}
	if (option->wants == VALUE && !reader->value) {
		if (*at + 1 == argc)
			return refuse(reader, " wants a value");
		reader->value = argv[++*at];
	}
	return option->take(reader);
}

/* check_pairs refuses what eal_check_common_options does. */
static enum gng_status check_pairs(struct reader *reader)
{
	const struct gng_dpdk_request *request = reader->request;

	reader->value = NULL;
	reader->option = "--no-huge";
	if (request->no_huge && request->in_memory)
		return refuse(reader, " excludes --in-memory");
	if (request->no_huge && request->huge_dir)
		return refuse(reader, " excludes --huge-dir");
	if (request->no_huge && reader->has_socket_mem)
		return refuse(reader, " excludes --socket-mem");
	reader->option = "--in-memory";
	if (request->in_memory && reader->legacy)
		return refuse(reader, " excludes --legacy-mem");
	reader->option = "-m";
	if (reader->has_m && reader->has_socket_mem)
		return refuse(reader, " excludes --socket-mem");
	reader->option = "-a";
	if (request->num_devices && reader->has_block)
		return refuse(reader, " excludes -b");
	return GNG_OK;
}

enum gng_status gng_dpdk_request_read(struct gng_dpdk_request *request, int argc,
				      const char *const *argv, struct gng_why *why)
{
	struct reader reader = {.request = request, .option = "", .why = why};

	*request = (struct gng_dpdk_request){.file_prefix = "rte"};
	for (int at = 0; at < argc && strcmp(argv[at], "--") != 0; at++) {
		enum gng_status status = GNG_OK;

		if (*argv[at] == '-') /* other words are left to the program */
			status = read_option(&reader, &at, argc, argv);
		if (status != GNG_OK)
			return status;
	}
	return check_pairs(&reader);
}
