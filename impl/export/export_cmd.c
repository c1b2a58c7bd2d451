/* SPDX-License-Identifier: Apache-2.0 */
/* export_cmd.c - the program gonogo-export, `gonogo export`. */
#include <gng_export.h>

int main(int argc, char **argv)
{
	return gng_export_main(argc, argv);
}
