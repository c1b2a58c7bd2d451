/* SPDX-License-Identifier: Apache-2.0 */
/* hwmap_cmd.c - the program gonogo-hwmap, `gonogo hwmap`. */
#include <gng_hwmap.h>

int main(int argc, char **argv)
{
	return gng_hwmap_main(argc, argv);
}
