/* SPDX-License-Identifier: Apache-2.0 */
/* cost.c - runs a program in the kernel without an interface. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xdp_handle.h"

static double thread_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The kernel says how long a run took, too, but in whole nanoseconds, of which a filter takes few.
 */
enum gng_status gng_xdp_cost(double *ns, uint32_t *verdict, int program_fd, const uint8_t *frame,
			     size_t len, uint32_t repeat, struct gng_why *why)
{
	struct bpf_test_run_opts options = {.sz = sizeof(options),
					    .data_in = frame,
					    .data_size_in = (uint32_t)len,
					    .repeat = (int)repeat};
	const double start = thread_ns();
	const int error = bpf_prog_test_run_opts(program_fd, &options);

	if (error)
		return xdp_failed(why, "xdp.cost", error, "the program cannot be run");
	*ns = (thread_ns() - start) / repeat;
	if (verdict)
		*verdict = options.retval;
	return GNG_OK;
}

enum gng_status gng_xdp_run(uint32_t *verdict, int program_fd, const uint8_t *frame, size_t len,
			    uint8_t *out, size_t *out_len, struct gng_why *why)
{
	struct bpf_test_run_opts options = {.sz = sizeof(options),
					    .data_in = frame,
					    .data_size_in = (uint32_t)len,
					    .data_out = out,
					    .data_size_out = (uint32_t)*out_len,
					    .repeat = 1};
	const int error = bpf_prog_test_run_opts(program_fd, &options);

	if (error)
		return xdp_failed(why, "xdp.run", error, "the program cannot be run");
	*verdict = options.retval;
	*out_len = options.data_size_out;
	return GNG_OK;
}

enum gng_status gng_xdp_compare(struct gng_xdp_contestant *contestants, size_t num,
				const uint8_t *frame, size_t len, uint32_t repeat,
				size_t num_rounds, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t round = 0; status == GNG_OK && round < num_rounds; round++)
		for (size_t i = 0; status == GNG_OK && i < num; i++) {
			struct gng_xdp_contestant *one = &contestants[(i + round) % num];

			status = gng_xdp_cost(&one->ns[round], &one->verdict, one->fd, frame, len,
					      repeat, why);
		}
	return status;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double gng_xdp_over(double *over, const struct gng_xdp_contestant *one,
		    const struct gng_xdp_contestant *other, size_t num_rounds)
{
	double sorted[GNG_XDP_MAX_ROUNDS];

	for (size_t i = 0; i < num_rounds; i++)
		over[i] = one->ns[i] - other->ns[i];
	memcpy(sorted, over, num_rounds * sizeof(*sorted));
	qsort(sorted, num_rounds, sizeof(*sorted), ascending);
	return sorted[num_rounds / 2];
}
