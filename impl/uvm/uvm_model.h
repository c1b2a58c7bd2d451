/* SPDX-License-Identifier: Apache-2.0 */
/* uvm_model.h - the state of the model, and who answers what. */
#ifndef UVM_MODEL_H
#define UVM_MODEL_H

#include "module/gonogo_rm_pure.h"
#include "uvm_params.h"

#include <linux/seccomp.h>
#include <sys/types.h>

#define MODEL_MAX_FILES 64 /* that are open at once */
#define MODEL_FILE_NAME "gonogo-uvm-model"
#define MODEL_MAX_RANGES 256

enum model_kind {
	MODEL_VERSION,
	MODEL_NEW,
	MODEL_SPACE,
	MODEL_MM,
	MODEL_CONTROL, /* /dev/nvidiactl */
	MODEL_DEVICE   /* /dev/nvidiaN */
};

struct model_range {
	uint64_t base, len;
	bool external;
};

/* model_file is one open file of the processes. Each has an inode of its own, by which it is told
 * from others, and which is watched for its last close; it is not open here. */
struct model_file {
	bool is_used;
	int watch;
	dev_t dev;
	ino_t ino;
	uint64_t id; /* never used again */
	enum model_kind kind;
	struct model_file *holds; /* an open file that this one keeps, or NULL */
	unsigned int num_holders;
	bool is_closed; /* by all processes: it is there for its holders */
	uint64_t flags;
	pid_t process; /* whose memory was kept */
	bool mm_alive, mm_released;
	size_t num_ranges;
	struct model_range ranges[MODEL_MAX_RANGES];
	struct {
		bool is_registered, has_vaspace;
	} gpus[GNG_UVM_MODEL_GPUS];
};

struct uvm_model {
	struct gng_uvm_version version;
	int listener; /* of seccomp */
	int closes;   /* of inotify */
	uint64_t num_opened;
	struct model_file files[MODEL_MAX_FILES];
	struct gng_uvm_machine *machine;
	struct rm_tree rm;
	bool is_attached[GNG_UVM_MODEL_GPUS]; /* its device was opened */
};

/* model_call is one ioctl. */
struct model_call {
	struct uvm_model *model;
	struct model_file *file;
	pid_t task;
	const struct gng_uvm_layout *layout;
	uint8_t *params;
};

static inline uint64_t model_get(const struct model_call *call, const char *name)
{
	return uvm_get(call->params, call->layout, name);
}

/* model_files.c */

/* model_open opens what a path of a task names, as openat(2) does with flags, and returns the
 * descriptor there, or -errno; -ENODEV for what is none of the model. */
int model_open(struct uvm_model *model, const struct seccomp_notif *request, uint64_t path,
	       uint64_t flags);

/* model_find returns the file behind fd of a task, or NULL if it is none of the model. */
struct model_file *model_find(struct uvm_model *model, pid_t task, int fd);

/* model_hold keeps an open file as long as holder is open. */
void model_hold(struct model_file *holder, struct model_file *file);

/* model_see_closes does what the driver does at the last close of a file, for those that were
 * closed: a task that has returned from close(2) or has ended is seen here. */
void model_see_closes(struct uvm_model *model);

/* model_same_memory says whether two tasks share one mm. */
bool model_same_memory(pid_t a, pid_t b);

/* model_process_of returns the process of a task. */
pid_t model_process_of(pid_t task);

/* model_ioctl and model_mmap return 0 or an errno. */
int model_ioctl(struct uvm_model *model, struct model_file *file, pid_t task, uint32_t number,
		uint64_t params);
int model_mmap(struct model_file *file, pid_t task, const uint64_t args[6]);

/* model_rm.c: calls to the resource manager. */
int model_rm_ioctl(struct uvm_model *model, struct model_file *file, pid_t task, uint32_t number,
		   uint64_t params);

/* model_read and model_write copy memory of a task; false if it has none there. */
bool model_read(pid_t task, void *here, uint64_t there, size_t len);
bool model_write(pid_t task, const void *here, uint64_t there, size_t len);

/* model_uuid is that of the i-th GPU: its bytes are letters. */
void model_uuid(gng_uvm_uuid uuid, uint32_t i);

/* model_gpu.c: what wants a GPU; verdicts. */
uint32_t model_register_gpu(struct model_call *call);
uint32_t model_unregister_gpu(struct model_call *call);
uint32_t model_register_vaspace(struct model_call *call);
uint32_t model_unregister_vaspace(struct model_call *call);
uint32_t model_map_external(struct model_call *call);
uint32_t model_unmap_external(struct model_call *call);
uint32_t model_migrate(struct model_call *call);

/* model_space_len is how far addresses may go that are mapped. */
off_t model_space_len(void);

/* Of ranges, for those. */
bool model_is_invalid(uint64_t base, uint64_t len);
bool model_is_in_range(struct model_file *file, uint64_t base, uint64_t len, bool external);

#endif /* UVM_MODEL_H */
