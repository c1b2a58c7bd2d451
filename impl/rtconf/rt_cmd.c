/* SPDX-License-Identifier: Apache-2.0 */
/* rt_cmd.c - `gonogo rt`: makes this machine fit for deadlines, proves it, and undoes it. */
#include "gng_rtconf.h"

int main(int argc, char **argv)
{
	return gng_rtconf_main(argc, argv);
}
