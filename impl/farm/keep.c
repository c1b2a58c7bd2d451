/* SPDX-License-Identifier: Apache-2.0 */
/* keep.c - reproducers become seeds: `make check` then runs them for ever. */
#include <stdlib.h>
#include <string.h>

#include "farm_campaign.h"

static enum gng_status keep(struct farm_campaign *campaign, struct farm_finding *finding,
			    struct gng_why *why)
{
	const char *path = campaign->target->seeds, *sum = strrchr(finding->crash.signature, '-');
	size_t text_len, len;
	char *text = farm_read(path, &text_len), *input = farm_read(finding->input, &len);
	char *added = NULL, name[32];
	enum gng_status status = GNG_OK;

	snprintf(name, sizeof(name), "crash_%s", sum ? sum + 1 : "0");
	if (!text || !input)
		status = gng_why_set(why, GNG_ESYS, 0, "farm.keep", "%s cannot be read",
				     text ? finding->input : path);
	if (status == GNG_OK)
		status = gng_farm_seed_add(&added, path, text, name, (uint8_t *)input, len, why);
	if (status == GNG_OK && strcmp(added, text) != 0)
		status = farm_write(path, added, strlen(added), why);
	finding->kept = status == GNG_OK;
	if (status == GNG_OK)
		status = farm_finding_write(campaign, finding, why);
	free(added);
	free(input);
	free(text);
	return status;
}

enum gng_status farm_keep(struct farm_campaign *campaign, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	if (campaign->num_findings > 0 && !*campaign->target->id)
		return gng_why_set(why, GNG_EINVAL, 0, "farm.keep",
				   "%s is no fuzzer of this tree: it has no .seeds file to add to",
				   campaign->target->name);
	for (size_t i = 0; i < campaign->num_findings && status == GNG_OK; i++)
		if (campaign->findings[i].reproduces && !campaign->findings[i].kept)
			status = keep(campaign, &campaign->findings[i], why);
	return status;
}
