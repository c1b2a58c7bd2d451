/* SPDX-License-Identifier: Apache-2.0 */
/* path.c - the PCIe path of a device as sysfs tells it: Documentation/ABI/testing/sysfs-bus-pci. */
#include "gng_launch.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLICY "/sys/module/pcie_aspm/parameters/policy"

/* read_line reads the first line of a file; text is "" where there is none. */
static void read_line(char *text, size_t cap, const char *root, const char *file)
{
	char path[512];
	FILE *in;

	text[0] = '\0';
	snprintf(path, sizeof(path), "%s%s", root, file);
	in = fopen(path, "re");
	if (!in)
		return;
	if (!fgets(text, (int)cap, in))
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	for (size_t len = strlen(text); len && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
	fclose(in);
}

static void read_text(char *text, size_t cap, const char *root, const char *address,
		      const char *name)
{
	char file[256];

	snprintf(file, sizeof(file), "/sys/bus/pci/devices/%s/%s", address, name);
	read_line(text, cap, root, file);
}

/* read_number returns it, or otherwise where it is absent, no number, or negative. */
static int read_number(const char *root, const char *address, const char *name, int otherwise)
{
	char text[32], *end;
	long number;

	read_text(text, sizeof(text), root, address, name);
	errno = 0;
	number = strtol(text, &end, 10);
	return end == text || *end || errno || number < 0 || number > 1 << 20 ? otherwise
									      : (int)number;
}

/* read_address takes "41:00.0" and "00000000:41:00.0" too, as CUDA prints them. */
static bool read_address(char address[16], const char *text)
{
	unsigned int domain = 0, bus, device, function;
	int used = 0;

	if (strlen(text) > 16 || text[strspn(text, "0123456789abcdefABCDEF:.")])
		return false;
	if (sscanf(text, "%x:%x:%x.%x%n", &domain, &bus, &device, &function, &used) != 4) {
		domain = 0;
		if (sscanf(text, "%x:%x.%x%n", &bus, &device, &function, &used) != 3)
			return false;
	}
	if (text[used] || domain > 0xffff || bus > 0xff || device > 0x1f || function > 7)
		return false;
	snprintf(address, 16, "%04x:%02x:%02x.%x", domain & 0xffff, bus & 0xff, device & 0x1f,
		 function & 7);
	return true;
}

enum gng_status gng_launch_path_read(struct gng_launch_path *path, const char *root,
				     const char *address, struct gng_why *why)
{
	char file[512];

	*path = (struct gng_launch_path){.node = -1, .l1_aspm = -1};
	if (!read_address(path->address, address))
		return gng_why_set(why, GNG_EINVAL, 0, "launch.path",
				   "'%.40s' is no address of PCI, as 0000:41:00.0", address);
	snprintf(file, sizeof(file), "%s/sys/bus/pci/devices/%s", root, path->address);
	if (access(file, F_OK) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "launch.path",
				   "%s: no such device here; lspci lists them", path->address);
	read_text(path->speed, sizeof(path->speed), root, path->address, "current_link_speed");
	read_text(path->max_speed, sizeof(path->max_speed), root, path->address, "max_link_speed");
	path->width = read_number(root, path->address, "current_link_width", -1);
	path->max_width = read_number(root, path->address, "max_link_width", -1);
	path->node = read_number(root, path->address, "numa_node", -1);
	path->l1_aspm = read_number(root, path->address, "link/l1_aspm", -1);
	read_line(path->aspm_policy, sizeof(path->aspm_policy), root, POLICY);
	snprintf(file, sizeof(file), "%s" POLICY, root);
	path->aspm_writable = access(file, W_OK) == 0;
	return GNG_OK;
}

const char *gng_launch_path_words(char words[GNG_LAUNCH_PATH_CAP],
				  const struct gng_launch_path *path)
{
	snprintf(words, GNG_LAUNCH_PATH_CAP, "%s: %s x%d of %s x%d, node %d, L1 %s", path->address,
		 path->speed, path->width, path->max_speed, path->max_width, path->node,
		 path->l1_aspm < 0 ? "not told"
		 : path->l1_aspm   ? "on"
				   : "off");
	return words;
}

void gng_launch_path_json(FILE *out, const struct gng_launch_path *path)
{
	fprintf(out,
		"\"pci\":\"%s\",\"speed\":\"%s\",\"max_speed\":\"%s\",\"width\":%d,"
		"\"max_width\":%d,\"node\":%d,\"l1_aspm\":%d,\"aspm_policy\":\"%s\","
		"\"aspm_writable\":%s",
		path->address, path->speed, path->max_speed, path->width, path->max_width,
		path->node, path->l1_aspm, path->aspm_policy,
		path->aspm_writable ? "true" : "false");
}

bool gng_launch_path_is_far(const struct gng_launch_path *path, int node)
{
	return path->node >= 0 && node >= 0 && path->node != node;
}
