/* SPDX-License-Identifier: Apache-2.0 */
/* versions.c - versions of NVIDIA's driver: read from what the kernel says, compared, known or not.
 */
#include "gng_uvm.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The tags of github.com/NVIDIA/open-gpu-kernel-modules, by number. */
static const char *const known[] = {
	"515.43.04",  "515.48.07",  "515.49.05",  "515.49.06",	"515.49.10",  "515.49.14",
	"515.49.15",  "515.49.18",  "515.49.19",  "515.49.24",	"515.49.25",  "515.57",
	"515.65.01",  "515.65.07",  "515.76",	  "515.86.01",	"515.105.01", "520.56.06",
	"520.61.05",  "520.61.07",  "525.47.04",  "525.47.06",	"525.47.07",  "525.47.11",
	"525.47.13",  "525.47.14",  "525.47.15",  "525.47.18",	"525.47.22",  "525.47.24",
	"525.47.26",  "525.47.27",  "525.47.31",  "525.47.34",	"525.47.35",  "525.53",
	"525.60.11",  "525.60.13",  "525.78.01",  "525.85.05",	"525.85.12",  "525.89.02",
	"525.105.17", "525.116.03", "525.116.04", "525.125.06", "525.147.05", "530.30.02",
	"530.41.03",  "535.43.02",  "535.43.08",  "535.43.09",	"535.43.10",  "535.43.11",
	"535.43.13",  "535.43.15",  "535.43.16",  "535.43.19",	"535.43.20",  "535.43.22",
	"535.43.23",  "535.43.24",  "535.43.25",  "535.43.28",	"535.54.03",  "535.86.05",
	"535.86.10",  "535.98",	    "535.104.05", "535.104.12", "535.113.01", "535.129.03",
	"535.146.02", "535.154.05", "535.161.07", "535.161.08", "535.171.04", "535.179",
	"535.183.01", "535.183.06", "535.216.01", "535.216.03", "535.230.02", "535.247.01",
	"535.261.03", "535.274.02", "535.288.01", "545.23.06",	"545.23.08",  "545.29.02",
	"545.29.03",  "545.29.06",  "550.40.07",  "550.40.53",	"550.40.55",  "550.40.59",
	"550.40.61",  "550.40.63",  "550.40.65",  "550.40.67",	"550.40.70",  "550.40.71",
	"550.40.75",  "550.40.76",  "550.40.79",  "550.40.80",	"550.40.81",  "550.40.82",
	"550.40.83",  "550.40.85",  "550.54.14",  "550.54.15",	"550.67",     "550.76",
	"550.78",     "550.90.07",  "550.90.12",  "550.100",	"550.107.02", "550.120",
	"550.127.05", "550.127.08", "550.135",	  "550.142",	"550.144.03", "550.163.01",
	"555.42.02",  "555.42.06",  "555.52.04",  "555.58",	"555.58.02",  "560.28.03",
	"560.31.02",  "560.35.03",  "565.57.01",  "565.77",	"570.86.15",  "570.86.16",
	"570.123.01", "570.123.06", "570.123.07", "570.123.10", "570.123.11", "570.123.14",
	"570.123.18", "570.123.19", "570.124.04", "570.124.06", "570.133.07", "570.133.20",
	"570.144",    "570.148.08", "570.153.02", "570.158.01", "570.169",    "570.172.08",
	"570.181",    "570.190",    "570.195.03", "570.207",	"570.211.01", "575.51.02",
	"575.51.03",  "575.57.08",  "575.64",	  "575.64.03",	"575.64.05",  "580.65.06",
	"580.76.05",  "580.82.07",  "580.82.09",  "580.94.02",	"580.94.03",  "580.94.06",
	"580.94.10",  "580.94.11",  "580.94.13",  "580.94.16",	"580.94.17",  "580.94.18",
	"580.95.05",  "580.105.08", "580.119.02", "580.126.09", "580.126.16", "580.126.18",
	"580.126.20", "580.142",    "590.44.01",  "590.48.01",	"595.44.02",  "595.44.03",
	"595.45.04",
};

#define NUM_KNOWN (sizeof(known) / sizeof(known[0]))
#define MAX_DIGITS 5 /* of a part */

/* ---- reading ---- */

/* read_part reads one number of a version at text[*at]. */
static bool read_part(uint32_t *part, const char *text, size_t len, size_t *at)
{
	const size_t first = *at;

	*part = 0;
	for (; *at < len && isdigit((unsigned char)text[*at]) && *at - first < MAX_DIGITS; ++*at)
		*part = *part * 10 + (uint32_t)(text[*at] - '0');
	return *at > first && !(*at < len && isdigit((unsigned char)text[*at]));
}

/* read_version reads "550.54.14" or "550.100" at text[*at]. */
static bool read_version(struct gng_uvm_version *version, const char *text, size_t len, size_t *at)
{
	const size_t first = *at;

	*version = (struct gng_uvm_version){.num_parts = 0};
	for (int i = 0; i < 3; i++) {
		if (i && (*at >= len || text[*at] != '.'))
			break;
		*at += i > 0;
		if (!read_part(&version->part[i], text, len, at))
			return false;
		version->num_parts = (uint32_t)i + 1;
	}
	if (version->num_parts < 2 || version->part[0] < 100 || *at - first >= GNG_UVM_VERSION_CAP)
		return false;
	memcpy(version->text, text + first, *at - first);
	version->text[*at - first] = '\0';
	return true;
}

enum gng_status gng_uvm_version_parse(struct gng_uvm_version *version, const char *text,
				      struct gng_why *why)
{
	const size_t len = strlen(text);
	size_t at = 0;

	if (read_version(version, text, len, &at) && at == len)
		return GNG_OK;
	return gng_why_set(why, GNG_EFORMAT, 0, "uvm.version",
			   "'%.40s' is no version of a driver, as 550.54.14", text);
}

/* A version stands between blanks, behind "NVRM version:". */
enum gng_status gng_uvm_version_read(struct gng_uvm_version *version, const char *text, size_t len,
				     struct gng_why *why)
{
	static const char begin[] = "NVRM version:";
	const char *end = memchr(text, '\n', len);
	size_t at = sizeof(begin) - 1;

	if (end)
		len = (size_t)(end - text);
	if (len < at || memcmp(text, begin, at) != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "uvm.version",
				   "/proc/driver/nvidia/version does not begin with '%s'", begin);
	while (at < len) {
		while (at < len && text[at] == ' ')
			at++;
		if (read_version(version, text, len, &at) && (at == len || text[at] == ' '))
			return GNG_OK;
		while (at < len && text[at] != ' ')
			at++;
	}
	return gng_why_set(why, GNG_EFORMAT, 0, "uvm.version",
			   "/proc/driver/nvidia/version names no version, as 550.54.14");
}

/* ---- comparing ---- */

int gng_uvm_version_compare(const struct gng_uvm_version *a, const struct gng_uvm_version *b)
{
	for (int i = 0; i < 3; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}

const char *gng_uvm_version_at(size_t i)
{
	return i < NUM_KNOWN ? known[i] : NULL;
}

/* nearest returns the place of the newest known version that is not newer, or NUM_KNOWN: they rise,
 * so half of what is left is one or the other. */
static size_t nearest(const struct gng_uvm_version *version)
{
	size_t from = 0, to = NUM_KNOWN; /* those before from are not newer, those from to on are */

	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		struct gng_uvm_version one;

		if (gng_uvm_version_parse(&one, known[middle], NULL) == GNG_OK &&
		    gng_uvm_version_compare(&one, version) <= 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from > 0 ? from - 1 : NUM_KNOWN;
}

const char *gng_uvm_version_nearest(const struct gng_uvm_version *version)
{
	const size_t i = nearest(version);

	return i < NUM_KNOWN ? known[i] : NULL;
}

bool gng_uvm_version_known(const struct gng_uvm_version *version)
{
	const char *text = gng_uvm_version_nearest(version);
	struct gng_uvm_version one;

	return text && gng_uvm_version_parse(&one, text, NULL) == GNG_OK &&
	       gng_uvm_version_compare(&one, version) == 0 && one.num_parts == version->num_parts;
}
