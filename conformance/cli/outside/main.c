/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - a program outside the tree that uses two installed libraries. */
#include <stdio.h>

#include <gng_base.h>
#include <gng_hist.h>

int main(void)
{
	struct gng_hist *hist;

	if (gng_hist_open(&hist, 1, 1000000, 3) != GNG_OK)
		return 1;
	for (uint64_t value = 1; value <= 100; value++)
		gng_hist_record(hist, value);
	printf("%s %d\n", gng_status_name(GNG_EAUTH), (int)gng_hist_value_at_quantile(hist, 0.5));
	gng_hist_close(hist);
	return 0;
}
