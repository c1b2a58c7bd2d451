/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_bpfobj.h - the life of an eBPF object file: opened, set up, loaded, attached, pinned, gone.
 *
 * It is libbpf that reads and loads. Around it stand what a tool for strangers' files needs: a
 * check of the file before libbpf sees it, states in which each call is legal, the errno and the
 * log of a refusal with its class, and an end after which nothing is attached, pinned or open.
 *
 *	         autoload, rodata,      attach, adopt           update
 *	         keep_map               pin, unpin
 *	         +----+                 +----+  attach, adopt   +----+
 *	open --> OPEN  ----- load ----> LOADED ---------------> ATTACHED
 *	           |                      ^                       |
 *	           +---- load: REFUSED    +---- detach, the last -+
 *
 * close ends each of them.
 */
#ifndef GNG_BPFOBJ_H
#define GNG_BPFOBJ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the file ---- */

#define GNG_BPFOBJ_MAX_LEN ((size_t)64 << 20) /* of an object */

/*
 * gng_bpfobj_check says whether bytes[0..len) are an object that libbpf can be given: ELF64, little
 * endian, relocatable, of machine BPF; each offset, size, name, symbol and relocation within its
 * section, and in .BTF each type. libbpf believes much of this (adr/0013). Time is linear in len.
 * GNG_EFORMAT names section or type.
 */
GNG_MUST enum gng_status gng_bpfobj_check(const void *bytes, size_t len, struct gng_why *why);

/* ---- states ---- */

enum gng_bpfobj_state {
	GNG_BPFOBJ_OPEN = 0,	 /* read: nothing is in the kernel yet */
	GNG_BPFOBJ_LOADED = 1,	 /* maps and programs are in the kernel */
	GNG_BPFOBJ_ATTACHED = 2, /* and at least one program is at its hook */
	GNG_BPFOBJ_REFUSED = 3,	 /* load failed: nothing is in the kernel, only closing is left */
};

/* gng_bpfobj_state_name returns "open", "loaded", "attached", "refused"; "?" for no state. */
const char *gng_bpfobj_state_name(enum gng_bpfobj_state state);

/* gng_bpfobj is an object file in one of these states; used by one thread at a time. Each call in a
 * wrong state is GNG_EINVAL, and why says which state it is and which one the call wants. */
struct gng_bpfobj;

/*
 * gng_bpfobj_open reads an object: of a file, or bytes[0..len), which may go afterwards.
 * GNG_EFORMAT if gng_bpfobj_check or libbpf refuses it, GNG_ESYS if it cannot be read, GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_bpfobj_open(struct gng_bpfobj **object, const char *path,
					 struct gng_why *why);
GNG_MUST enum gng_status gng_bpfobj_open_bytes(struct gng_bpfobj **object, const void *bytes,
					       size_t len, const char *name, struct gng_why *why);

/* gng_bpfobj_close takes what is attached away and closes all. What is pinned stays. NULL is well.
 */
void gng_bpfobj_close(struct gng_bpfobj *object);

enum gng_bpfobj_state gng_bpfobj_state_of(const struct gng_bpfobj *object);

/* gng_bpfobj_program describes one program; its texts live as long as the object. */
struct gng_bpfobj_program {
	const char *name, *section;
	uint32_t type, num_insns;
	int fd; /* -1 unless loaded */
	bool autoload, attached;
};

/* gng_bpfobj_program_at fills *program with the one at index, by the order of the file; false if
 * there are not so many. */
bool gng_bpfobj_program_at(const struct gng_bpfobj *object, size_t index,
			   struct gng_bpfobj_program *program);

/* gng_bpfobj_map_fd returns the descriptor of a map, which stays the object's; -1 if none has that
 * name or it is not loaded. */
int gng_bpfobj_map_fd(const struct gng_bpfobj *object, const char *map);

/* ---- set-up: OPEN ---- */

/* gng_bpfobj_autoload says whether load takes a program; NULL means all. GNG_EINVAL if none has
 * that name. */
GNG_MUST enum gng_status gng_bpfobj_autoload(struct gng_bpfobj *object, const char *program,
					     bool autoload, struct gng_why *why);

/* gng_bpfobj_rodata gives a const volatile variable its value for good. GNG_EINVAL if there is no
 * such variable in .rodata, or it is not len bytes long. */
GNG_MUST enum gng_status gng_bpfobj_rodata(struct gng_bpfobj *object, const char *variable,
					   const void *bytes, size_t len, struct gng_why *why);

/* gng_bpfobj_aim sets what an fentry, fexit, LSM or freplace program is for: a function of the
 * kernel (target_fd 0), or of the loaded program target_fd. */
GNG_MUST enum gng_status gng_bpfobj_aim(struct gng_bpfobj *object, const char *program,
					int target_fd, const char *function, struct gng_why *why);

/* gng_bpfobj_keep_map lets load take the map that is pinned at path, or pin a new one there. */
GNG_MUST enum gng_status gng_bpfobj_keep_map(struct gng_bpfobj *object, const char *map,
					     const char *path, struct gng_why *why);

/* ---- load: OPEN ---- */

/* gng_bpfobj_verdict is what became of load. Its texts live as long as the object. */
struct gng_bpfobj_verdict {
	int error;		/* 0, or a positive errno */
	const char *class_name; /* "" or a class of gng_bpf_classify or gng_bpfobj_classify */
	const char *remedy;	/* "" or what to change */
	const char *program;	/* which one was refused; "" if it was none */
	const char *log;	/* of the verifier, "" if it said nothing */
	const char *said;	/* the warnings of libbpf, "" if none */
};

/*
 * gng_bpfobj_load puts maps and programs into the kernel, all or none: after a failure the state is
 * REFUSED and no map, program or pin of this call is left. GNG_EPERM if this process may not,
 * GNG_EUNSUPPORTED if the kernel lacks BTF or the feature, GNG_ESYS; why has errno, class and the
 * decisive words, gng_bpfobj_verdict_of all of it. The verifier is asked for complaints without a
 * trace, so that no log is too small for its buffer: one that is turns any errno into ENOSPC.
 */
GNG_MUST enum gng_status gng_bpfobj_load(struct gng_bpfobj *object, struct gng_why *why);

const struct gng_bpfobj_verdict *gng_bpfobj_verdict_of(const struct gng_bpfobj *object);

/*
 * gng_bpfobj_classify names the class of a refusal: by the log of the verifier if there is one,
 * else by what the loader said, in words of libbpf or of cilium/ebpf; else by the errno. *remedy is
 * is a sentence on what to change. A negative error is a refusal without a number, of a file.
 */
const char *gng_bpfobj_classify(int error, const char *log, const char *said, const char **remedy);

/* ---- attach: LOADED, ATTACHED ---- */

/* gng_bpfobj_target says where; all zero: where the section of the program says. */
struct gng_bpfobj_target {
	unsigned int ifindex; /* XDP on this interface, by a link */
	int cgroup_fd;	      /* of a control group's folder; 0: none */
};

/* gng_bpfobj_attach brings a program to its hook. GNG_EINVAL if it is attached already or unknown,
 * GNG_EPERM, GNG_EUNSUPPORTED, GNG_ESYS with the errno: ENODEV for an interface that is gone. */
GNG_MUST enum gng_status gng_bpfobj_attach(struct gng_bpfobj *object, const char *program,
					   const struct gng_bpfobj_target *target,
					   struct gng_why *why);

/*
 * gng_bpfobj_adopt takes a link over that is pinned at path, as one is after its owner was killed,
 * and puts program in the place of what is there, without a gap. The pin stays. GNG_ESYS: ENOENT
 * without such a pin, EINVAL if the link is of another kind, ENOLINK if its interface is gone.
 */
GNG_MUST enum gng_status gng_bpfobj_adopt(struct gng_bpfobj *object, const char *program,
					  const char *path, struct gng_why *why);

/* gng_bpfobj_update puts other in the place of program, at the same hook and without a gap: then
 * other is attached and program is not. ATTACHED. GNG_ESYS: ENOLINK if the hook is gone. */
GNG_MUST enum gng_status gng_bpfobj_update(struct gng_bpfobj *object, const char *program,
					   const char *other, struct gng_why *why);

/* gng_bpfobj_detach takes a program from its hook, pinned or not. ATTACHED. */
GNG_MUST enum gng_status gng_bpfobj_detach(struct gng_bpfobj *object, const char *program,
					   struct gng_why *why);

/* ---- pins: LOADED, ATTACHED ---- */

/*
 * gng_bpfobj_pin makes the folder dir, on a BPF file system, with map_NAME, program_NAME and, of
 * what is attached, link_NAME; a dot in a name becomes an underscore. All or none: nothing that is
 * there is replaced, and after a failure the folder is gone. gng_bpfobj_unpin removes what pin
 * made.
 */
GNG_MUST enum gng_status gng_bpfobj_pin(struct gng_bpfobj *object, const char *dir,
					struct gng_why *why);
GNG_MUST enum gng_status gng_bpfobj_unpin(struct gng_bpfobj *object, struct gng_why *why);

/* ---- maps: LOADED, ATTACHED ---- */

/* gng_bpfobj_put writes an element. key and value have the sizes of the map. GNG_ELIMIT if the map
 * is full, GNG_ESYS with the errno. */
GNG_MUST enum gng_status gng_bpfobj_put(struct gng_bpfobj *object, const char *map, const void *key,
					const void *value, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BPFOBJ_H */
