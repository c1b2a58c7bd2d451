/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_cmd.c - the program gonogo-fuzz, `gonogo fuzz`. */
#include <gng_farm.h>

int main(int argc, char **argv)
{
	return gng_farm_main(argc, argv);
}
