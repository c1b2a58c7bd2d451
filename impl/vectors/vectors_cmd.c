/* SPDX-License-Identifier: Apache-2.0 */
/* vectors_cmd.c - the program gonogo-vectors, `gonogo vectors`. */
#include <gng_vectors.h>

int main(int argc, char **argv)
{
	return gng_vectors_main(argc, argv);
}
