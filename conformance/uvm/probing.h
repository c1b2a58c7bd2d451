/* SPDX-License-Identifier: Apache-2.0 */
/* probing.h - what a device answers to probes, against the layouts of a version. */
#ifndef CONFORMANCE_UVM_PROBING_H
#define CONFORMANCE_UVM_PROBING_H

#include <fcntl.h>
#include <unistd.h>

#include <gng_uvm.h>

/* probing asks a device for the layouts from first on up to end. It returns how many differ; 100 if
 * it cannot be asked, 101 if not as many as wanted were probed. */
static inline int probing(const char *device, const char *text, int first, int end, int wanted)
{
	const int fd = open(device, O_RDWR | O_CLOEXEC);
	struct gng_uvm_version version;
	int wrong = 0, probed = 0;

	if (fd < 0 || gng_uvm_version_parse(&version, text, NULL) != GNG_OK)
		return 100;
	for (int i = first; i < end; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(&version, (enum gng_uvm_command)i);
		struct gng_uvm_probe probe;

		if (!layout || gng_uvm_probe_command(&probe, fd, layout, NULL) != GNG_OK)
			continue;
		probed++;
		wrong += probe.size != layout->size || probe.status_at != layout->status_at;
	}
	close(fd);
	return probed == wanted ? wrong : 101;
}

/* probe_space and probe_control take the text of a version. */
static inline int probe_space(void *text)
{
	return probing("/dev/nvidia-uvm", text, 0, GNG_UVM_NUM_COMMANDS, GNG_UVM_NUM_COMMANDS - 2);
}

static inline int probe_control(void *text)
{
	return probing("/dev/nvidiactl", text, GNG_UVM_RM_CHECK_VERSION, GNG_UVM_NUM_LAYOUTS, 7);
}

#endif /* CONFORMANCE_UVM_PROBING_H */
