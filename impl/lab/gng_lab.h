/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_lab.h - the virtual hardware lab: boots a real kernel in QEMU, runs test programs of this
 * tree in it, and hands out their records.
 *
 * A case is a small text file, <suite>/<subsystem>/<stem>.case, and is called
 * "<subsystem>-<stem>". Its lines are "key: value"; "#" begins a comment.
 *
 *	title     one sentence
 *	kernel    SERIES-FLAVOUR, "6.1-cloud": one boot for each such line
 *	memory    MiB, 512 if absent; with node lines their sum
 *	cpus      1 if absent
 *	node      MiB of one NUMA node; CPUs are dealt to the nodes in turn
 *	iommu     "intel": an emulated IOMMU that translates, with interrupt remapping
 *	object    argument of QEMU's -object       netdev   of -netdev       device   of -device;
 *	          {sockets} in it is the path of a folder for sockets, made for this boot
 *	module    kernel module to load, with what it needs; built in is well too
 *	sysctl    NAME = VALUE, or a path below /sys and a value
 *	append    words for the kernel's command line
 *	known     "WARNING FUNCTION" or "BUG FUNCTION": a report of that kind that the kernel
 *	          raises in that function fails nothing: say why
 *	file      a file or folder of the host, relative to the source tree, that tests read
 *	built     the same of the build, relative to it; a .so brings the libraries that it needs
 *	library   PATTERN of exactly one file below the system's folder of libraries, which a
 *	          program loads by itself: "dpdk/pmds-*" has many; it brings what it needs
 *	table     the tests print rows, "row NAME CELL" with tabs: what they are; run here too
 *	monitor   NAME of a virtio-serial port by which the guest talks QMP with its emulator,
 *	          which may do what this user may: for guests that run this tree only
 *	beside    ID of a test that runs on this machine while the guest does: it finds the folder
 *	          of their sockets in GNG_LAB_SOCKETS
 *	run       SELECTOR as `gonogo check` takes it; tests marked slow only by their whole id
 *	boot      seconds until the guest must have said hello, 60 if absent
 *	deadline  seconds for each test, 60 if absent
 *
 * The guest always runs under TCG: a /dev/kvm that is there and does not work is worse than
 * none. What it measures is no time of this machine's and satisfies no latency budget.
 */
#ifndef GNG_LAB_H
#define GNG_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>
#include <gng_gauge.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- cases ---- */

/* gng_lab_list is a list of texts. */
struct gng_lab_list {
	size_t num;
	char **texts;
	size_t *lines; /* where each of them stands in its file; 0 in none */
};

struct gng_lab_case {
	char *name; /* "bpf-matrix" */
	char *file; /* as it was given to gng_lab_case_read: begins messages */
	char *title, *iommu, *table, *monitor, *beside;
	struct gng_lab_list kernels, nodes, objects, netdevs, devices, modules, sysctls, appends,
		knowns, files, builts, libraries, runs;
	unsigned int memory_mib, cpus, boot_s, deadline_s;
};

/*
 * gng_lab_case_parse reads text; file is its path, whose last two parts give the name.
 * GNG_EFORMAT (file:line) for an unknown or repeated key, a number out of range, a value with
 * control characters, or a case without title, kernel or run. GNG_ENOMEM. On failure *one is
 * untouched; else gng_lab_case_fini frees it.
 */
GNG_MUST enum gng_status gng_lab_case_parse(struct gng_lab_case *one, const char *file,
					    const char *text, struct gng_why *why);
GNG_MUST enum gng_status gng_lab_case_read(struct gng_lab_case *one, const char *file,
					   struct gng_why *why);
void gng_lab_case_fini(struct gng_lab_case *one);

/*
 * gng_lab_cases_read reads every *.case of the tree at source (*cases, by name; the caller
 * frees with gng_lab_cases_free). Failures as gng_lab_case_parse; GNG_ESYS.
 */
GNG_MUST enum gng_status gng_lab_cases_read(struct gng_lab_case **cases, size_t *num_cases,
					    const char *source, struct gng_why *why);
void gng_lab_cases_free(struct gng_lab_case *cases, size_t num_cases);

/* ---- kernels ---- */

/* gng_lab_kernel is a kernel that a guest can boot; it is never installed on the host. */
struct gng_lab_kernel {
	char *selector; /* "6.1-cloud", "6.12-rt", "6.1-standard" */
	char *release;	/* "6.1.0-56-cloud-amd64" */
	char *image;	/* path of vmlinuz */
	char *modules;	/* path of lib/modules/<release>, with its modules.dep */
};

/*
 * gng_lab_kernels_find lists the kernels that `ci/setup lab` unpacked: in GNG_LAB_KERNELS, else
 * in gonogo/kernels below XDG_CACHE_HOME or the user's .cache. By selector, the newest one first.
 * None is no failure. GNG_ESYS, GNG_ENOMEM. The caller frees with gng_lab_kernels_free.
 */
GNG_MUST enum gng_status gng_lab_kernels_find(struct gng_lab_kernel **kernels, size_t *num_kernels,
					      struct gng_why *why);
void gng_lab_kernels_free(struct gng_lab_kernel *kernels, size_t num_kernels);

/* gng_lab_kernel_choose returns the newest kernel with that selector, or NULL. */
const struct gng_lab_kernel *gng_lab_kernel_choose(const struct gng_lab_kernel *kernels,
						   size_t num_kernels, const char *selector);

/* gng_lab_selector writes the selector of a Debian release name, "6.12.117+deb12-rt-amd64" to
 * "6.12-rt". False if it is no such name. */
bool gng_lab_selector(char selector[32], const char *release);

/* ---- a run ---- */

struct gng_lab_options {
	const struct gng_home *home; /* the release build's programs run in the guest */
	const char *dir;	     /* gets console, guest's logs; must exist */
	/* told after each test, and twice a second while the guest works; may be NULL */
	void (*on_record)(void *context, const struct gng_record *record);
	void (*on_wait)(void *context, const char *doing, size_t done, size_t total);
	void *context;
	const volatile int *stop; /* becomes non-zero on Ctrl-C */
};

/* gng_lab_result is one boot. Its records' tests are its own, with build "lab-<selector>": first
 * those of the guest, by id and variant, then the one that ran beside it. */
struct gng_lab_result {
	char *selector, *release;
	char *cannot, *remedy; /* NULL, or why it could not be booted: all records are SKIP */
	size_t num_records, num_guest; /* of them in the guest */
	struct gng_record *records;
	double boot_s, seconds; /* until hello, 0 if there was none; in all */
	struct gng_plan *plan;
	struct gng_test *tests; /* of the records; their texts are the plan's */
	char *build;
};

/*
 * gng_lab_run boots the case on the kernel with that selector. It returns GNG_OK when every test
 * has its record, also when QEMU or the kernel is absent (SKIP) and when the guest died (what it
 * did not tell is FAIL, with the console's last line). A guest is believed only whole: it must
 * say hello, name each test and its end, take leave with the right count, and QEMU must then exit
 * by itself; a triple fault ends QEMU with 0. At most two guests run at once; others wait.
 * GNG_EINVAL for a run line that selects no test; GNG_ESYS, GNG_ENOMEM. Frees: gng_lab_result_fini.
 */
GNG_MUST enum gng_status gng_lab_run(struct gng_lab_result *result, const struct gng_lab_case *one,
				     const char *selector, const struct gng_lab_options *options,
				     struct gng_why *why);
void gng_lab_result_fini(struct gng_lab_result *result);

#ifdef __cplusplus
}
#endif

#endif /* GNG_LAB_H */
