/* SPDX-License-Identifier: Apache-2.0 */
/* gonogo_cmd.c - the command `gonogo`; what it does is in the library, where tests reach it. */
#include <gng_cli.h>

int main(int argc, char **argv)
{
	return gng_cli_main(argc, argv);
}
