/* SPDX-License-Identifier: Apache-2.0 */
/* bench_cmd.c - the program gonogo-bench: `gonogo bench`. */
#include <gng_bench.h>

int main(int argc, char **argv)
{
	return gng_bench_main(argc, argv);
}
