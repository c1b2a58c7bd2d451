/* SPDX-License-Identifier: Apache-2.0 */
/* ports_bench.c - `PROGRAM --bench`: the table of the instructions for `gonogo bench`. */
#include <stdio.h>
#include <string.h>

#include <gng_bench.h>

int suite_bench(int argc, char **argv);

/* is_asked: a run of other modes has no use for the table. */
static bool is_asked(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], "--mode") == 0)
			return strcmp(argv[i + 1], "ports") == 0;
	return true;
}

int suite_bench(int argc, char **argv)
{
	struct gng_bench_line line = {.word = GNG_BENCH_PLAN};

	gng_bench_line_write(stdout, &line);
	for (const struct gng_bench_port *port = gng_bench_ports;
	     port->name && is_asked(argc, argv); port++) {
		line = (struct gng_bench_line){.word = GNG_BENCH_PORT};
		snprintf(line.port.name, sizeof(line.port.name), "%s", port->name);
		if (gng_bench_port_measure(&line.port.figure, port, NULL) == GNG_OK)
			gng_bench_line_write(stdout, &line);
	}
	line = (struct gng_bench_line){.word = GNG_BENCH_END};
	gng_bench_line_write(stdout, &line);
	return 0;
}
