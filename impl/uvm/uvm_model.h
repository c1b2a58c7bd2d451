/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_model.h - the state of the model, and who answers what. */
#ifndef UVM_MODEL_H
#define UVM_MODEL_H

#include "uvm_params.h"

#include <sys/types.h>

#define MODEL_MAX_FILES 64
#define MODEL_MAX_RANGES 256

enum model_kind { MODEL_VERSION, MODEL_NEW, MODEL_SPACE, MODEL_MM };

struct model_range {
	uint64_t base, len;
	bool external;
};

/* model_file is one open file of the processes. */
struct model_file {
	int fd; /* the same open file here: kcmp tells it from others */
	enum model_kind kind;
	uint64_t flags;
	pid_t process; /* whose memory was kept */
	bool mm_alive;
	size_t num_ranges;
	struct model_range ranges[MODEL_MAX_RANGES];
};

struct uvm_model {
	struct gng_uvm_version version;
	int listener; /* of seccomp */
	size_t num_files;
	struct model_file files[MODEL_MAX_FILES];
};

/* model_find returns the file behind fd of a task, or NULL if it is none of the model. */
struct model_file *model_find(struct uvm_model *model, pid_t task, int fd);

/* model_same_memory says whether two tasks share one mm. */
bool model_same_memory(pid_t a, pid_t b);

/* model_process_of returns the process of a task. */
pid_t model_process_of(pid_t task);

/* model_ioctl and model_mmap return 0 or an errno. */
int model_ioctl(struct uvm_model *model, struct model_file *file, pid_t task, uint32_t number,
		uint64_t params);
int model_mmap(struct model_file *file, pid_t task, const uint64_t args[6]);

#endif /* UVM_MODEL_H */
