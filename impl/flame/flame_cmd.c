/* SPDX-License-Identifier: Apache-2.0 */
/* flame_cmd.c - the program gonogo-flame, `gonogo flame`. */
#include <gng_flame.h>

int main(int argc, char **argv)
{
	return gng_flame_main(argc, argv);
}
