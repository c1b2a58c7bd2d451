/* SPDX-License-Identifier: Apache-2.0 */
/* selftest_cmd.c - the program gonogo-selftest, `gonogo selftest`. */
#include <gng_selftest.h>

int main(int argc, char **argv)
{
	return gng_selftest_main(argc, argv, NULL);
}
