/* SPDX-License-Identifier: Apache-2.0 */
/* claims_cmd.c - the program gonogo-claims, `gonogo claims`. */
#include <gng_claims.h>

int main(int argc, char **argv)
{
	return gng_claims_main(argc, argv);
}
