/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_bpfmap.h - elements of BPF maps by bpf(2), and values of per-CPU maps with the strides that
 * the kernel uses: one slot for each possible CPU, also for those that are not there.
 *
 * gng_bpf_map_create (gng_bpf.h) makes the maps.
 */
#ifndef GNG_BPFMAP_H
#define GNG_BPFMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- elements; each returns 0 or -errno ---- */

enum gng_bpfmap_flags { GNG_BPFMAP_ANY = 0, GNG_BPFMAP_NOEXIST = 1, GNG_BPFMAP_EXIST = 2 };

/*
 * The value of a per-CPU map is gng_bpfmap_value_len bytes long in each of these calls. The kernel
 * is not told how long a buffer is: one for the CPUs that are online is overrun. A lookup copies by
 * the kernel's memcpy: by words, or with "rep movsb" where the CPU has ERMS (until 6.3) or FSRM
 * (from 6.4). That instruction promises no whole word: under QEMU's TCG 6.1 returned torn ones.
 */
GNG_MUST int gng_bpfmap_lookup(int fd, const void *key, void *value);
GNG_MUST int gng_bpfmap_update(int fd, const void *key, const void *value, uint64_t flags);
GNG_MUST int gng_bpfmap_delete(int fd, const void *key);
GNG_MUST int gng_bpfmap_take(int fd, const void *key, void *value); /* look up and delete */

/*
 * gng_bpfmap_batch looks up at most *num elements of a hash into keys and values, and sets *num to
 * how many they are. *at is where to go on, 0 for the start. -ENOENT: these were the last. -ENOSPC:
 * *num is less than the elements of the next bucket; nothing is lost, ask for more.
 */
GNG_MUST int gng_bpfmap_batch(int fd, uint32_t *at, void *keys, void *values, uint32_t *num);

/* ---- per-CPU values ---- */

/* gng_bpfmap_cpus_parse reads a list of CPUs, "0-3,8\n", as sysfs writes it. *num is the highest
 * plus one: CPUs that are missing within have slots too. GNG_EFORMAT. */
GNG_MUST enum gng_status gng_bpfmap_cpus_parse(unsigned int *num, const char *text,
					       struct gng_why *why);

/* gng_bpfmap_possible_cpus is that of /sys/devices/system/cpu/possible. */
GNG_MUST enum gng_status gng_bpfmap_possible_cpus(unsigned int *num, struct gng_why *why);

/* gng_bpfmap_stride is from one CPU's value to the next: value_len rounded up to 8. */
size_t gng_bpfmap_stride(size_t value_len);

/* gng_bpfmap_values is the value of all CPUs; slot(i) is that of CPU i. */
struct gng_bpfmap_values {
	size_t value_len;
	unsigned int num_cpus;
	uint8_t *bytes; /* gng_bpfmap_stride(value_len) * num_cpus */
};

/* gng_bpfmap_values_open makes room, zeroed. GNG_ENOMEM, or what gng_bpfmap_possible_cpus says. */
GNG_MUST enum gng_status gng_bpfmap_values_open(struct gng_bpfmap_values *values, size_t value_len,
						struct gng_why *why);
void gng_bpfmap_values_close(struct gng_bpfmap_values *values);
void *gng_bpfmap_slot(const struct gng_bpfmap_values *values, unsigned int cpu);

/* gng_bpfmap_sum adds the 64-bit number at offset off over all CPUs, modulo 2^64. off + 8 is at
 * most value_len. */
uint64_t gng_bpfmap_sum(const struct gng_bpfmap_values *values, size_t off);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BPFMAP_H */
