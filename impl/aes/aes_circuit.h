/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_circuit.h - the AES S-box and its inverse as XOR and AND gates on bit slices.
 * Spec: FIPS 197 sections 5.1.1 and 5.3.2; the circuit is that of Boyar and Peralta, "A
 * depth-16 circuit for the AES S-box" (IACR ePrint 2011/332), figures 5 to 9, whose names
 * stay: u the inputs, t the top layer, m the middle, l and p the bottoms.
 *
 * No load and no branch depends on the data. q[i] holds bit i of each byte, u[0] is bit 7.
 * The XNOR gates are XOR here: together they add 0x63, which the round keys absorb, so
 * aes_sub adds 0x63 too little to its result and aes_inv_sub expects 0x63 in its argument.
 */
#ifndef AES_CIRCUIT_H
#define AES_CIRCUIT_H

#include <stdint.h>

/* aes_top is what a top layer hands on: t[1..27], and d, which differs in the inverse. */
struct aes_top {
	uint64_t t[28], d;
};

static inline void aes_circuit_top(struct aes_top *top, const uint64_t q[8])
{
	const uint64_t u0 = q[7], u1 = q[6], u2 = q[5], u3 = q[4];
	const uint64_t u4 = q[3], u5 = q[2], u6 = q[1], u7 = q[0];
	uint64_t *const t = top->t;

	t[1] = u0 ^ u3;
	t[2] = u0 ^ u5;
	t[3] = u0 ^ u6;
	t[4] = u3 ^ u5;
	t[5] = u4 ^ u6;
	t[6] = t[1] ^ t[5];
	t[7] = u1 ^ u2;
	t[8] = u7 ^ t[6];
	t[9] = u7 ^ t[7];
	t[10] = t[6] ^ t[7];
	t[11] = u1 ^ u5;
	t[12] = u2 ^ u5;
	t[13] = t[3] ^ t[4];
	t[14] = t[6] ^ t[11];
	t[15] = t[5] ^ t[11];
	t[16] = t[5] ^ t[12];
	t[17] = t[9] ^ t[16];
	t[18] = u3 ^ u7;
	t[19] = t[7] ^ t[18];
	t[20] = t[1] ^ t[19];
	t[21] = u6 ^ u7;
	t[22] = t[7] ^ t[21];
	t[23] = t[2] ^ t[22];
	t[24] = t[2] ^ t[10];
	t[25] = t[20] ^ t[17];
	t[26] = t[3] ^ t[16];
	t[27] = t[1] ^ t[12];
	top->d = u7;
}

static inline void aes_circuit_inv_top(struct aes_top *top, const uint64_t q[8])
{
	const uint64_t u0 = q[7], u1 = q[6], u2 = q[5], u3 = q[4];
	const uint64_t u4 = q[3], u5 = q[2], u6 = q[1], u7 = q[0];
	const uint64_t r5 = u6 ^ u7, r13 = u1 ^ u6, r17 = u2 ^ u5, r18 = u5 ^ u6, r19 = u2 ^ u4;
	uint64_t *const t = top->t;

	t[23] = u0 ^ u3;
	t[22] = u1 ^ u3;
	t[2] = u0 ^ u1;
	t[1] = u3 ^ u4;
	t[24] = u4 ^ u7;
	t[8] = u1 ^ t[23];
	t[19] = t[22] ^ r5;
	t[9] = u7 ^ t[1];
	t[10] = t[2] ^ t[24];
	t[13] = t[2] ^ r5;
	t[3] = t[1] ^ r5;
	t[25] = u2 ^ t[1];
	t[17] = u2 ^ t[19];
	t[20] = t[24] ^ r13;
	t[4] = u4 ^ t[8];
	t[6] = t[22] ^ r17;
	t[16] = r13 ^ r19;
	t[27] = t[1] ^ r18;
	t[15] = t[10] ^ t[27];
	t[14] = t[10] ^ r18;
	t[26] = t[3] ^ t[16];
	top->d = u0 ^ r17;
}

/* aes_circuit_invert is the first part of the middle: the inverse in GF(2^4), m[37..45]. */
static inline void aes_circuit_invert(uint64_t m[64], const struct aes_top *top)
{
	const uint64_t *const t = top->t;

	m[1] = t[13] & t[6];
	m[2] = t[23] & t[8];
	m[3] = t[14] ^ m[1];
	m[4] = t[19] & top->d;
	m[5] = m[4] ^ m[1];
	m[6] = t[3] & t[16];
	m[7] = t[22] & t[9];
	m[8] = t[26] ^ m[6];
	m[9] = t[20] & t[17];
	m[10] = m[9] ^ m[6];
	m[11] = t[1] & t[15];
	m[12] = t[4] & t[27];
	m[13] = m[12] ^ m[11];
	m[14] = t[2] & t[10];
	m[15] = m[14] ^ m[11];
	m[16] = m[3] ^ m[2];
	m[17] = m[5] ^ t[24];
	m[18] = m[8] ^ m[7];
	m[19] = m[10] ^ m[15];
	m[20] = m[16] ^ m[13];
	m[21] = m[17] ^ m[15];
	m[22] = m[18] ^ m[13];
	m[23] = m[19] ^ t[25];
	m[24] = m[22] ^ m[23];
	m[25] = m[22] & m[20];
	m[26] = m[21] ^ m[25];
	m[27] = m[20] ^ m[21];
	m[28] = m[23] ^ m[25];
	m[29] = m[28] & m[27];
	m[30] = m[26] & m[24];
	m[31] = m[20] & m[23];
	m[32] = m[27] & m[31];
	m[33] = m[27] ^ m[25];
	m[34] = m[21] & m[22];
	m[35] = m[24] & m[34];
	m[36] = m[24] ^ m[25];
	m[37] = m[21] ^ m[29];
	m[38] = m[32] ^ m[33];
	m[39] = m[23] ^ m[30];
	m[40] = m[35] ^ m[36];
	m[41] = m[38] ^ m[40];
	m[42] = m[37] ^ m[39];
	m[43] = m[37] ^ m[38];
	m[44] = m[39] ^ m[40];
	m[45] = m[42] ^ m[41];
}

/* aes_circuit_spread is the second part of the middle: the products m[46..63]. */
static inline void aes_circuit_spread(uint64_t m[64], const struct aes_top *top)
{
	const uint64_t *const t = top->t;

	m[46] = m[44] & t[6];
	m[47] = m[40] & t[8];
	m[48] = m[39] & top->d;
	m[49] = m[43] & t[16];
	m[50] = m[38] & t[9];
	m[51] = m[37] & t[17];
	m[52] = m[42] & t[15];
	m[53] = m[45] & t[27];
	m[54] = m[41] & t[10];
	m[55] = m[44] & t[13];
	m[56] = m[40] & t[23];
	m[57] = m[39] & t[19];
	m[58] = m[43] & t[3];
	m[59] = m[38] & t[22];
	m[60] = m[37] & t[20];
	m[61] = m[42] & t[1];
	m[62] = m[45] & t[4];
	m[63] = m[41] & t[2];
}

static inline void aes_circuit_bottom(uint64_t q[8], const uint64_t m[64])
{
	const uint64_t l0 = m[61] ^ m[62], l1 = m[50] ^ m[56], l2 = m[46] ^ m[48];
	const uint64_t l3 = m[47] ^ m[55], l4 = m[54] ^ m[58], l5 = m[49] ^ m[61];
	const uint64_t l6 = m[62] ^ l5, l7 = m[46] ^ l3, l8 = m[51] ^ m[59];
	const uint64_t l9 = m[52] ^ m[53], l10 = m[53] ^ l4, l11 = m[60] ^ l2;
	const uint64_t l12 = m[48] ^ m[51], l13 = m[50] ^ l0, l14 = m[52] ^ m[61];
	const uint64_t l15 = m[55] ^ l1, l16 = m[56] ^ l0, l17 = m[57] ^ l1;
	const uint64_t l18 = m[58] ^ l8, l19 = m[63] ^ l4;

	q[7] = l6 ^ l15 ^ l9;
	q[6] = l16 ^ l7 ^ l9;
	q[5] = l19 ^ l11 ^ l14;
	q[4] = l6 ^ l1 ^ l7;
	q[3] = l0 ^ l1 ^ l3 ^ l12;
	q[2] = l6 ^ l10 ^ l11 ^ l17;
	q[1] = l13 ^ l8 ^ l10;
	q[0] = l6 ^ l18 ^ l2;
}

static inline void aes_circuit_inv_bottom(uint64_t q[8], const uint64_t m[64])
{
	const uint64_t p0 = m[52] ^ m[61], p1 = m[58] ^ m[59], p2 = m[54] ^ m[62];
	const uint64_t p3 = m[47] ^ m[50], p4 = m[48] ^ m[56], p5 = m[46] ^ m[51];
	const uint64_t p6 = m[49] ^ m[60], p7 = p0 ^ p1, p8 = m[50] ^ m[53];
	const uint64_t p9 = m[55] ^ m[63], p10 = m[57] ^ p4, p11 = p0 ^ p3;
	const uint64_t p12 = m[46] ^ m[48], p13 = m[49] ^ m[51], p14 = m[49] ^ m[62];
	const uint64_t p15 = m[54] ^ m[59], p16 = m[57] ^ m[61], p17 = m[58] ^ p2;
	const uint64_t p18 = m[63] ^ p5, p22 = p2 ^ p7, p23 = p7 ^ p8;

	q[7] = p13 ^ p22;
	q[6] = p9 ^ p11 ^ p15 ^ p4 ^ p6;
	q[5] = p17 ^ p11 ^ p6 ^ p10;
	q[4] = p12 ^ p22;
	q[3] = p23 ^ p10 ^ p18;
	q[2] = p2 ^ p3 ^ p5 ^ p7;
	q[1] = p14 ^ p23;
	q[0] = p9 ^ p16;
}

/* aes_sub replaces q by SubBytes(q) XOR 0x63. */
static inline void aes_sub(uint64_t q[8])
{
	struct aes_top top;
	uint64_t m[64];

	aes_circuit_top(&top, q);
	aes_circuit_invert(m, &top);
	aes_circuit_spread(m, &top);
	aes_circuit_bottom(q, m);
}

/* aes_inv_sub replaces q by InvSubBytes(q XOR 0x63). */
static inline void aes_inv_sub(uint64_t q[8])
{
	struct aes_top top;
	uint64_t m[64];

	aes_circuit_inv_top(&top, q);
	aes_circuit_invert(m, &top);
	aes_circuit_spread(m, &top);
	aes_circuit_inv_bottom(q, m);
}

#endif /* AES_CIRCUIT_H */
