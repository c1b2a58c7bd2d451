/* SPDX-License-Identifier: Apache-2.0 */
/* devices.c - signoff/v1: the firmware of network ports and of graphics processors. */
#include "attest_statement.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gng_sysfile.h>

/* or_absent takes json. */
static json_t *or_absent(json_t *json)
{
	if (json_object_size(json) > 0)
		return json;
	json_decref(json);
	return json_string(ATTEST_ABSENT);
}

static json_t *text_or_absent(const char *text, size_t len)
{
	json_t *json = len ? json_stringn(text, len) : NULL;

	return json ? json : json_string(ATTEST_ABSENT);
}

/* ---- network ports ---- */

struct ports {
	json_t *json;
	bool (*ask)(struct ethtool_drvinfo *info, const char *name);
};

bool statement_ask_port(struct ethtool_drvinfo *info, const char *name)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_data = (char *)info};
	bool ok;

	memset(info, 0, sizeof(*info));
	info->cmd = ETHTOOL_GDRVINFO;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%.15s", name);
	ok = fd >= 0 && ioctl(fd, SIOCETHTOOL, &request) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* add_port: an interface without a device is a bridge, a tunnel, lo. */
static void add_port(void *context, const char *root, const char *name)
{
	struct ports *ports = context;
	struct ethtool_drvinfo info;
	char path[64], device[64];

	snprintf(path, sizeof(path), "/sys/class/net/%.15s/device", name);
	gng_sysfile_link(device, sizeof(device), root, path);
	if (!*device)
		return;
	if (!ports->ask(&info, name))
		memset(&info, 0, sizeof(info));
	json_object_set_new(
		ports->json, name,
		json_pack("{so so so}", "driver",
			  text_or_absent(info.driver, strnlen(info.driver, sizeof(info.driver))),
			  "version",
			  text_or_absent(info.version, strnlen(info.version, sizeof(info.version))),
			  "firmware",
			  text_or_absent(info.fw_version,
					 strnlen(info.fw_version, sizeof(info.fw_version)))));
}

json_t *statement_ports(const char *root,
			bool (*ask)(struct ethtool_drvinfo *info, const char *name))
{
	struct ports ports = {.json = json_object(), .ask = ask};

	gng_sysfile_each(root, "/sys/class/net", add_port, &ports);
	return or_absent(ports.json);
}

/* ---- graphics processors ---- */

/* field is the value of a line "name: value", white space around it left out. */
static json_t *field(const char *text, const char *name)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *value = line + strlen(name) + 1;
		size_t len;

		if (strncmp(line, name, strlen(name)) != 0 || value[-1] != ':')
			continue;
		value += strspn(value, " \t");
		len = strcspn(value, "\n");
		while (len && (value[len - 1] == ' ' || value[len - 1] == '\t'))
			len--;
		return text_or_absent(value, len);
	}
	return json_string(ATTEST_ABSENT);
}

static void add_gpu(void *context, const char *root, const char *name)
{
	char path[96], *text;

	snprintf(path, sizeof(path), "/proc/driver/nvidia/gpus/%.40s/information", name);
	text = gng_sysfile_text(root, path);
	json_object_set_new(context, name,
			    json_pack("{so so so}", "model", field(text ? text : "", "Model"),
				      "video_bios", field(text ? text : "", "Video BIOS"),
				      "firmware", field(text ? text : "", "GPU Firmware")));
	free(text);
}

json_t *statement_gpus(const char *root)
{
	json_t *json = json_object();

	gng_sysfile_each(root, "/proc/driver/nvidia/gpus", add_gpu, json);
	return or_absent(json);
}
