/* SPDX-License-Identifier: Apache-2.0 */
/* go.h - the loader in Go (loader/main.go) as a process that is asked line by line. */
#ifndef CONFORMANCE_XDP_GO_H
#define CONFORMANCE_XDP_GO_H

#include "world.h"

#include <limits.h>
#include <stdlib.h>

#include <gng_bench.h>

/* go_open skips the test where the loader was not built, and returns NULL. */
static inline struct gng_bench_process *go_open(void)
{
	struct gng_bench_process *go = NULL;
	struct gng_why why = {0};
	const char *argv[] = {NULL, NULL};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/go/xdp-loader", getenv("GNG_BUILD_DIR"));
	if (access(path, X_OK) != 0) {
		gng_probe_skip("the loader in Go is only in the release build, where Go and "
			       "cilium/ebpf are installed",
			       "apt-get install golang-go golang-github-cilium-ebpf-dev");
		return NULL;
	}
	argv[0] = path;
	good(gng_bench_process_open(&go, "go", argv, 60000, &why), &why);
	return go;
}

/* go_open_with opens programs beside it; NULL where one of both is not to be had. */
static inline struct gng_bench_process *go_open_with(struct gng_xdp **xdp)
{
	struct gng_bench_process *go = go_open();

	*xdp = go ? programs_open(NULL) : NULL;
	if (go && !*xdp) {
		gng_bench_process_close(go);
		return NULL;
	}
	return go;
}

/* go_close_with ends the loader first, for it may hold the programs, too. */
static inline void go_close_with(struct gng_bench_process *go, struct gng_xdp *xdp)
{
	gng_bench_process_close(go);
	programs_close(xdp);
}

/* go_ask sends one line and returns what stands behind "ok". */
static inline const char *go_ask(struct gng_bench_process *go, const char *format, ...)
	GNG_PRINTF(2, 3);
static inline const char *go_ask(struct gng_bench_process *go, const char *format, ...)
{
	static char line[512];
	struct gng_why why = {0};
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	line[len++] = '\n';
	good(gng_bench_process_send(go, line, (size_t)len, &why), &why);
	good(gng_bench_process_reply(go, line, sizeof(line), &why), &why);
	return line;
}

/* go_take hands it the maps and programs of this process. */
static inline void go_take(struct gng_bench_process *go, const struct gng_xdp *xdp)
{
	go_ask(go, "take %u %u %u %u", gng_xdp_workers_id(xdp), gng_xdp_control_id(xdp),
	       gng_xdp_program_id(xdp, GNG_XDP_WORKER_A),
	       gng_xdp_program_id(xdp, GNG_XDP_WORKER_B));
}

#endif /* CONFORMANCE_XDP_GO_H */
