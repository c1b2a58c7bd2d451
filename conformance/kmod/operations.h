/* SPDX-License-Identifier: Apache-2.0 */
/* operations.h - what the device does for its user, whoever drives it: the module or vfio. */
#ifndef CONFORMANCE_KMOD_OPERATIONS_H
#define CONFORMANCE_KMOD_OPERATIONS_H

#include "driver.h"

static inline void check_registers(const struct gng_kmod *kmod)
{
	struct gng_kmod_info info;

	assert_int_equal(gng_kmod_info(kmod, &info, NULL), GNG_OK);
	assert_int_equal(info.identification, 0x010000ed);
	assert_true(info.alive);
	assert_true(info.msi);
	assert_true(info.bus_address + GNG_KMOD_BUFFER_LEN <= 1u << 28);
}

static inline void check_interrupts(const struct gng_kmod *kmod)
{
	struct gng_kmod_info before, after;
	uint32_t out;

	assert_int_equal(gng_kmod_info(kmod, &before, NULL), GNG_OK);
	assert_int_equal(gng_kmod_factorial(kmod, &out, 10, NULL), GNG_OK);
	assert_int_equal(out, 3628800);
	assert_int_equal(gng_kmod_factorial(kmod, &out, 0, NULL), GNG_OK);
	assert_int_equal(out, 1);
	assert_int_equal(gng_kmod_factorial(kmod, &out, 13, NULL), GNG_OK);
	assert_int_equal(out, 1932053504); /* 13! modulo 2^32 */
	assert_int_equal(gng_kmod_raise(kmod, &out, 0x80001000, NULL), GNG_OK);
	assert_int_equal(out, 0x80001000);
	assert_int_equal(gng_kmod_info(kmod, &after, NULL), GNG_OK);
	assert_int_equal(after.num_irqs - before.num_irqs, 4);
}

static inline void fill(uint8_t *bytes, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(i * 7 + seed + i / 251);
}

/* Out and back: not one byte beside the transfer may change. */
static inline void check_transfers(const struct gng_kmod *kmod)
{
	static const struct {
		uint32_t out, device, back, len;
	} rows[] = {{0, 0, 2048, 2048}, {100, 4094, 7, 1}, {1, 0, 1, 4095}, {4000, 96, 1, 96}};
	uint8_t expected[GNG_KMOD_BUFFER_LEN];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fill(kmod->memory, sizeof(expected), (unsigned int)i);
		memcpy(expected, kmod->memory, sizeof(expected));
		assert_int_equal(
			gng_kmod_write(kmod, rows[i].device, rows[i].out, rows[i].len, NULL),
			GNG_OK);
		memmove(expected + rows[i].back, expected + rows[i].out, rows[i].len);
		memset(kmod->memory + rows[i].back, 0xee, rows[i].len);
		assert_int_equal(
			gng_kmod_read(kmod, rows[i].back, rows[i].device, rows[i].len, NULL),
			GNG_OK);
		assert_memory_equal(kmod->memory, expected, sizeof(expected));
	}
}

static inline void check_refusals(const struct gng_kmod *kmod)
{
	static const struct {
		uint32_t device, offset, len;
	} rows[] = {{0, 0, 0},
		    {0, 0, 4096},
		    {4094, 0, 2},
		    {0, 0, 4097},
		    {4095, 0, 2},
		    {0, 4095, 2},
		    {0, 4096, 1},
		    {4096, 0, 1},
		    {UINT32_MAX, 0, 2},
		    {0, UINT32_MAX, 2},
		    {1, 1, 4096},
		    {0, 0, UINT32_MAX},
		    {1u << 31, 0, 1u << 31}};
	struct gng_why why;
	uint32_t out;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(
			gng_kmod_write(kmod, rows[i].device, rows[i].offset, rows[i].len, &why),
			GNG_EINVAL);
		assert_int_equal(
			gng_kmod_read(kmod, rows[i].offset, rows[i].device, rows[i].len, &why),
			GNG_EINVAL);
	}
	assert_int_equal(gng_kmod_raise(kmod, &out, 0, &why), GNG_EINVAL);
}

#endif /* CONFORMANCE_KMOD_OPERATIONS_H */
